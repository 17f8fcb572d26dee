import Type from "typebox";

const MIB = 1024 * 1024;

/** Keys of what is kept of compiles. */
export const compileCacheKeys = {
  compile_cache: Type.Boolean({
    default: true,
    description:
      "Whether what compiles made is kept, so that an equal one (sources, names, flags, limits, language and package) is done without. Results of runs are never kept.",
  }),
  compile_cache_bytes: Type.Integer({
    minimum: MIB,
    default: 512 * MIB,
    description:
      "Size of all that is kept of compiles below `state_dir`, in bytes; what was not used for longest goes where it does not suffice. Up to 32 MiB of it are in memory too.",
  }),
};
