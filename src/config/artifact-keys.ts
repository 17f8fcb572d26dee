import Type from "typebox";

const MIB = 1024 * 1024;

/** Keys of the files that jobs send back. */
export const artifactKeys = {
  artifacts: Type.Object(
    {
      files: Type.Integer({ minimum: 0, default: 64, description: "Files that one job may send back." }),
      file_bytes: Type.Integer({
        minimum: 0,
        default: 8 * MIB,
        description: "Size of one of them, in bytes.",
      }),
      total_bytes: Type.Integer({
        minimum: 0,
        maximum: 256 * MIB,
        default: 8 * MIB,
        description: "Size of all of one job's together, in bytes.",
      }),
      ttl_ms: Type.Integer({
        minimum: 1,
        maximum: 86_400_000,
        default: 600_000,
        description: "How long those that are fetched by URL are kept, in milliseconds.",
      }),
      kept_bytes: Type.Integer({
        minimum: 0,
        default: 256 * MIB,
        description:
          "Size of all that are kept below `state_dir`, 4 KiB more for each, in bytes; the oldest go where it does not suffice. The newest job's stay even so.",
      }),
    },
    { additionalProperties: false },
  ),
};
