/** What mmdebstrap is to make. */
export interface MmdebstrapRequest {
  readonly suite: string;
  readonly architecture: string;
  /** Folder that it makes. */
  readonly root: string;
  /** Lines of sources.list(5); none: what mmdebstrap knows for the suite. */
  readonly sources: readonly string[];
}

/** What jobs never read, in the base and in every layer built on it: copyright files stay, as their licences ask. */
const DPKG_OPTIONS = [
  "path-exclude=/usr/share/man/*",
  "path-exclude=/usr/share/info/*",
  "path-exclude=/usr/share/locale/*",
  "path-include=/usr/share/locale/locale.alias",
  "path-exclude=/usr/share/doc/*",
  "path-include=/usr/share/doc/*/copyright",
];

/**
 * The command that makes a base with apt in it. It runs in a mount and a pid namespace of its own: when it is killed, the
 * scripts it started and the host folders it mounted are gone before anything of it is deleted.
 */
export function mmdebstrapCommand({ suite, architecture, root, sources }: MmdebstrapRequest): string[] {
  return [
    ...["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"],
    "mmdebstrap",
    ...["--mode=root", "--variant=apt", "--format=directory", `--architectures=${architecture}`],
    // The archives stay in the root: the base's manifest lists them, and we keep copies.
    "--skip=essential/unlink,cleanup/apt/cache",
    ...DPKG_OPTIONS.map((option) => `--dpkgopt=${option}`),
    suite,
    root,
    ...sources,
  ];
}
