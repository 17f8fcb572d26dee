import type { ApiAttack } from "./api-attack.ts";
import { EXECUTE, HELLO, type Posted, post, unlike } from "./posting.ts";

const bash = (more: object) => ({ language: "bash", ...more });

async function postEach(
  url: string,
  jobs: Readonly<Record<string, object>>,
): Promise<Record<string, Posted>> {
  const posted: Record<string, Posted> = {};
  for (const [name, job] of Object.entries(jobs)) posted[name] = await post(url, job);
  return posted;
}

function printed({ status, text }: Posted, stdout: string): string[] {
  if (status === 200 && JSON.parse(text).run?.stdout === stdout) return [];
  return [`it was answered ${status} ${text.slice(0, 500)}`];
}

/** A path of some folders, of one byte each, to a file. */
const deep = (folders: number) => `${"d/".repeat(folders)}file`;

/** Files, names, arguments and their encodings at and beyond their bounds. */
export const submissions: readonly ApiAttack[] = [
  {
    name: "ten-thousand-files",
    promise: "Ten thousand files in as many folders are written and gone again; one more is refused.",
    run: async ({ serving }) => {
      const files = (count: number) => [
        { name: "main.sh", content: "find . -type f | wc -l" },
        ...Array.from({ length: count - 1 }, (_, index) => ({ name: `${index % 50}/${index}`, content: "" })),
      ];
      const folders = Array.from({ length: 9_000 }, (_, index) => ({ name: `${index}/a/b`, content: "" }));
      const refused = {
        "too many files": bash({ files: files(10_001) }),
        "too many folders": bash({ files: folders }),
      };
      const most = await post(serving.url, bash({ files: files(10_000) }));
      return [...printed(most, "10000\n"), ...unlike(await postEach(serving.url, refused), 400)];
    },
  },
  {
    name: "longest-names",
    promise: "Names as long and as deep as they may be are written as they are; those beyond are refused.",
    run: async ({ serving }) => {
      const main = {
        name: "main.sh",
        content: "find . -type f | wc -l; find . -mindepth 60 -type f | wc -l",
      };
      const part = "é".repeat(127);
      const longest = `${`${part}/`.repeat(14)}${"x".repeat(200)}`;
      const fits = bash({ files: [main, { name: deep(60), content: "" }, { name: longest, content: "" }] });
      const names = {
        "4,096 bytes": "x/".repeat(30) + "y".repeat(4_036),
        "4,096 bytes in parts": `${"z".repeat(255)}/`.repeat(16),
        "a part of 256 bytes": "p".repeat(256),
        "a part of 256 bytes, not characters": "é".repeat(128),
        "61 folders": deep(61),
        "10,000 folders": deep(10_000),
        "half a character": "\ud800",
      };
      const refused = Object.entries(names).map(([title, name]) => [
        title,
        bash({ files: [main, { name, content: "" }] }),
      ]);
      return [
        ...printed(await post(serving.url, fits), "3\n1\n"),
        ...unlike(await postEach(serving.url, Object.fromEntries(refused)), 400),
      ];
    },
  },
  {
    name: "longest-command-lines",
    promise:
      "Arguments, flags and variables up to their bounds reach the program; beyond them the job is refused, not the kernel's business.",
    run: async ({ serving }) => {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
      const files = [{ name: "main.sh", content: "echo $# ${#1} ${#A}" }];
      const fits = bash({ files, args: ["a".repeat(131_071)], environment: { A: "v".repeat(65_000) } });
      const many = bash({ files, args: Array.from({ length: 10_000 }, () => "x") });
      const c = { language: "c", files: [{ name: "main.c", content: "" }] };
      const refused = {
        "an argument of 128 KiB": bash({ files, args: ["a".repeat(131_072)] }),
        "10,001 arguments": bash({ files, args: Array.from({ length: 10_001 }, () => "") }),
        "a MiB of arguments": bash({ files, args: Array.from({ length: 10 }, () => "a".repeat(100_000)) }),
        "64 KiB of variables": bash({ files, environment: { A: "v".repeat(65_536) } }),
        "257 variables": bash({
          files,
          environment: Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`A${index}`, ""])),
        }),
        "257 flags": { ...c, compiler_flags: Array.from({ length: 257 }, () => "-O2") },
        "64 KiB of flags": { ...c, compiler_flags: [`-D${"a".repeat(65_536)}`] },
        "a MiB of sources' names": {
          ...c,
          files: Array.from({ length: 5_000 }, (_, index) => ({
            name: `${"n".repeat(200)}${index}.c`,
            content: "",
          })),
        },
        "33 patterns": bash({ files, artifacts: Array.from({ length: 33 }, () => "*") }),
      };
      return [
        ...printed(await post(serving.url, fits), "1 131071 65000\n"),
        ...printed(await post(serving.url, many), "10000 1 0\n"),
        ...unlike(await postEach(serving.url, refused), 400),
      ];
    },
  },
  {
    name: "broken-encodings",
    promise:
      "What is not in the encoding that it says is refused; base64 and hex cannot grow, nor be read otherwise than once.",
    run: async ({ serving }) => {
      const texts: [string, string, string][] = [
        ["one character of base64", "base64", "A"],
        ["five of them", "base64", "AAAAA"],
        ["padding in the middle", "base64", "AA==AAAA"],
        ["nothing but padding", "base64", "===="],
        ["letters that base64 lacks", "base64", "QUJD\u{1F600}"],
        ["a comma", "base64", "QUJD,QUJD"],
        ["odd hex", "hex", "abc"],
        ["letters that hex lacks", "hex", "zz"],
        ["a prefix", "hex", "0x41"],
        ["an encoding that there is not", "utf16", "x"],
        ["a property of objects", "toString", "x"],
      ];
      const jobs = texts.map(([title, encoding, content]) => [
        title,
        bash({ files: [HELLO.files[0], { name: "x", content, encoding }] }),
      ]);
      const megabytes = "QUJD".repeat(2_000_000);
      const large = bash({
        files: [
          { name: "main.sh", content: "stat -c %s x" },
          { name: "x", content: megabytes, encoding: "base64" },
        ],
      });
      return [
        ...unlike(await postEach(serving.url, Object.fromEntries(jobs)), 400),
        ...printed(await post(serving.url, large), "6000000\n"),
      ];
    },
  },
  {
    name: "names-over-pistons-routes",
    promise: "Piston's routes, which pass over much, let no name through that leads elsewhere.",
    run: async ({ serving }) => {
      const names = [
        "../left",
        "/etc/passwd",
        "a/../../left",
        "a\0b",
        ".",
        "..",
        "a//b",
        "\ud800",
        deep(61),
        "x".repeat(256),
      ];
      const posted: Record<string, Posted> = {};
      for (const [index, name] of names.entries()) {
        const job = {
          language: "bash",
          version: "*",
          files: [
            { name: "main.sh", content: "echo BROKEN" },
            { name, content: "x" },
          ],
        };
        posted[`v2's ${index}`] = await post(serving.url, job, EXECUTE);
      }
      return unlike(posted, 400);
    },
  },
  {
    name: "submission-beyond-the-disk",
    promise: "Files that do not fit into the job's disk are refused before a jail is filled with them.",
    run: async ({ serving }) => {
      const files = [HELLO.files[0], { name: "large", content: "x".repeat(3_000_000) }];
      const jobs = {
        bytes: bash({ files, limits: { job: { disk_bytes: 1_048_576 } } }),
        inodes: bash({
          files: Array.from({ length: 70 }, (_, index) => ({ name: `${index}`, content: "" })),
          limits: { job: { inodes: 64 } },
        }),
        input: bash({ ...HELLO, stdin: "x".repeat(3_000_000), limits: { job: { disk_bytes: 1_048_576 } } }),
      };
      return unlike(await postEach(serving.url, jobs), 400, "submission_too_large");
    },
  },
];
