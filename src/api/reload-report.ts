import Type, { type Static } from "typebox";

const Keys = (description: string) => Type.Array(Type.String(), { description });

/** Schema of the answer of `POST /api/crankcase/v1/reload`. */
export const ReloadReportShape = Type.Object(
  {
    applied: Keys("Keys of the configuration that have another value from now on."),
    restart: Keys("Keys that were changed, too, and count after a restart only."),
    warnings: Keys("What else the operator should read, as sentences."),
  },
  { additionalProperties: false },
);

/** What became of reading the configuration again. */
export type ReloadReport = Static<typeof ReloadReportShape>;
