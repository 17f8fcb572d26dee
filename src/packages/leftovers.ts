/** Folders in which installs leave what nobody reads again. */
const FOLDERS = [
  "/var/log",
  "/var/cache/apt",
  "/var/cache/ldconfig",
  "/var/cache/debconf",
  "/var/lib/apt/lists",
  "/var/lib/dpkg",
];

/** Of these folders, everything; of the others, only the copies that dpkg and debconf keep of an earlier state. */
const EMPTIED = ["/var/log/*", "/var/cache/apt/*", "/var/cache/ldconfig/*", "/var/lib/apt/lists/*"];

/**
 * The command that deletes what apt, dpkg and debconf leave behind below `root`. A base is cleaned by it as well, so that no
 * layer ever deletes a file of its base: that would leave a whiteout, which is a device node, in the layer.
 */
export function leftoversCommand(root = ""): string[] {
  const paths = EMPTIED.flatMap((pattern) => ["-path", `${root}${pattern}`, "-o"]);
  return [
    "/usr/bin/find",
    ...FOLDERS.map((folder) => `${root}${folder}`),
    ...["-type", "f", "(", ...paths, "-name", "*-old", ")", "-delete"],
  ];
}
