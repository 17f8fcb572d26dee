import Type, { type Static } from "typebox";
import { artifactKeys } from "./artifact-keys.ts";
import { capacityKeys } from "./capacity-keys.ts";
import { clusterKeys } from "./cluster-keys.ts";
import { compileCacheKeys } from "./compile-cache-keys.ts";
import { limitKeys } from "./limit-keys.ts";
import { placeKeys } from "./place-keys.ts";
import { queueKeys } from "./queue-keys.ts";
import { serverKeys } from "./server-keys.ts";
import { workflowKeys } from "./workflow-keys.ts";

/**
 * Schema of the whole configuration: the YAML file has these keys, the environment CRANKCASE_ and the path in capitals
 * (`limits.run.default.wall_time_ms` is CRANKCASE_LIMITS_RUN_DEFAULT_WALL_TIME_MS). A key without a default here gets
 * one that depends on the machine (derived-settings.ts).
 */
export const ConfigShape = Type.Object(
  {
    ...serverKeys,
    ...placeKeys,
    ...capacityKeys,
    ...queueKeys,
    ...workflowKeys,
    ...limitKeys,
    ...artifactKeys,
    ...compileCacheKeys,
    ...clusterKeys,
  },
  { additionalProperties: false },
);

/** The configuration as it is written. */
export type WrittenConfig = Static<typeof ConfigShape>;
