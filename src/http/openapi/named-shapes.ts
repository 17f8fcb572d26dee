import type { TSchema } from "typebox";
import { ErrorBodyShape } from "../../api/error-body.ts";
import { HealthShape } from "../../api/health.ts";
import { JobBatchShape } from "../../api/job-batch.ts";
import { JobRequestShape } from "../../api/job-request.ts";
import { JobResultShape } from "../../api/job-result.ts";
import { PackageChangeShape, PackageInfoShape } from "../../api/package-info.ts";
import { PackageRequestShape } from "../../api/package-request.ts";
import { QueuedJobShape, QueuedJobsShape } from "../../api/queued-job.ts";
import { ReadinessShape } from "../../api/readiness.ts";
import { ReloadReportShape } from "../../api/reload-report.ts";
import { RuntimeInfoShape } from "../../api/runtime-info.ts";
import { ServerStatusShape } from "../../api/server-status.ts";
import { WorkflowShape, WorkflowsShape } from "../../api/workflow.ts";
import { WorkflowRequestShape } from "../../api/workflow-request.ts";
import { PistonAnswerShape, PistonErrorShape, PistonRuntimeShape } from "../piston/piston-answer-shapes.ts";
import {
  PistonPackageChangeShape,
  PistonPackageRequestShape,
  PistonPackageShape,
} from "../piston/piston-package-shapes.ts";
import { PistonExecuteShape } from "../piston/piston-request-shape.ts";
import { V1AnswerShape, V1RequestShape, V1VersionShape } from "../piston/v1-shapes.ts";

/** Every schema that has a name in the description: requests and answers. */
export const namedShapes = {
  JobRequest: JobRequestShape,
  JobResult: JobResultShape,
  JobBatch: JobBatchShape,
  QueuedJob: QueuedJobShape,
  QueuedJobs: QueuedJobsShape,
  WorkflowRequest: WorkflowRequestShape,
  Workflow: WorkflowShape,
  Workflows: WorkflowsShape,
  RuntimeInfo: RuntimeInfoShape,
  PackageInfo: PackageInfoShape,
  PackageRequest: PackageRequestShape,
  PackageChange: PackageChangeShape,
  ServerStatus: ServerStatusShape,
  ReloadReport: ReloadReportShape,
  Health: HealthShape,
  Readiness: ReadinessShape,
  Error: ErrorBodyShape,
  PistonExecute: PistonExecuteShape,
  PistonAnswer: PistonAnswerShape,
  PistonRuntime: PistonRuntimeShape,
  PistonPackage: PistonPackageShape,
  PistonPackageRequest: PistonPackageRequestShape,
  PistonPackageChange: PistonPackageChangeShape,
  PistonError: PistonErrorShape,
  V1Request: V1RequestShape,
  V1Answer: V1AnswerShape,
  V1Version: V1VersionShape,
} as const satisfies Record<string, TSchema>;

/** Name of one of them. */
export type ShapeName = keyof typeof namedShapes;
