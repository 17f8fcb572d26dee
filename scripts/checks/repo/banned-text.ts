/**
 * Hosts of package registries and mirrors: the project takes what the machine's own clients are set up for, so none may
 * stand in the tree. In halves, since this file is part of the tree.
 */
const REGISTRY_HOSTS = [
  ["registry.npm", "js.org"],
  ["registry.yarn", "pkg.com"],
  ["deb.deb", "ian.org"],
  ["security.deb", "ian.org"],
  ["ftp.deb", "ian.org"],
  ["snapshot.deb", "ian.org"],
  ["archive.ub", "untu.com"],
  ["security.ub", "untu.com"],
  ["pypi.", "org"],
  ["files.python", "hosted.org"],
  ["proxy.go", "lang.org"],
  ["static.crates", ".io"],
  ["index.crates", ".io"],
].map((halves) => halves.join(""));

/** Folders of a developer's machine, with their last letter in brackets for the same reason. */
const MACHINE_PATHS = /(?<![\w.$}/-])\/wor[k]\/|(?<!\w)\.librar[y]\//;

/** Text that ties the tree to somebody's registry, mirror or machine. */
export function bannedTextFaults(file: string, text: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    const place = `${file}:${index + 1}`;
    const host = REGISTRY_HOSTS.find((name) => line.includes(name));
    return [
      ...(host === undefined ? [] : [`${place}: names the registry host ${host}`]),
      ...(MACHINE_PATHS.test(line) ? [`${place}: names a folder of one machine`] : []),
    ];
  });
}
