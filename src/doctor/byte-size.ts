const MIB = 1024 * 1024;

/** Bytes in words, for example `512 MiB` or `3.4 GiB`. */
export function byteSize(bytes: number): string {
  const mib = bytes / MIB;
  return mib < 1024 ? `${Math.round(mib)} MiB` : `${(mib / 1024).toFixed(1)} GiB`;
}
