import type { Catalogue } from "../../runtimes/catalogue.ts";
import type { Runtime } from "../../runtimes/runtime.ts";

/** What v1 called the languages that have another name here; the name that it answered with is the key. */
const V1_NAMES: Readonly<Record<string, { readonly language: string; readonly aliases: readonly string[] }>> =
  {
    node: { language: "javascript", aliases: ["javascript", "js", "node.js"] },
    python3: { language: "python", aliases: ["py", "py3", "python"] },
    python2: { language: "python2", aliases: ["py2"] },
    cpp: { language: "c++", aliases: ["c++", "cc", "cxx"] },
    csharp: { language: "csharp", aliases: ["c#", "cs"] },
    typescript: { language: "typescript", aliases: ["ts"] },
    bash: { language: "bash", aliases: ["sh"] },
    nasm: { language: "nasm", aliases: ["asm"] },
    nasm64: { language: "nasm64", aliases: ["asm64"] },
    brainfuck: { language: "brainfuck", aliases: ["bf"] },
    clojure: { language: "clojure", aliases: ["clj"] },
    crystal: { language: "crystal", aliases: ["cr"] },
    lisp: { language: "lisp", aliases: ["commonlisp", "clisp", "cl"] },
    d: { language: "d", aliases: ["dlang"] },
    deno: { language: "deno", aliases: ["denojs", "denots"] },
    ruby: { language: "ruby", aliases: ["duby", "rb"] },
    emacs: { language: "emacs", aliases: ["el", "elisp"] },
    elixir: { language: "elixir", aliases: ["exs"] },
    haskell: { language: "haskell", aliases: ["hs"] },
    go: { language: "go", aliases: ["golang"] },
    julia: { language: "julia", aliases: ["jl"] },
    kotlin: { language: "kotlin", aliases: ["kt"] },
    perl: { language: "perl", aliases: ["pl"] },
    php: { language: "php", aliases: ["php3", "php4", "php5"] },
    prolog: { language: "prolog", aliases: ["plg"] },
    rust: { language: "rust", aliases: ["rs"] },
    scala: { language: "scala", aliases: ["sc"] },
    osabie: { language: "osabie", aliases: ["05AB1E", "osable", "usable"] },
  };

/** Every name of v1's, and the language that it is here. */
const LANGUAGES: ReadonlyMap<string, string> = new Map(
  Object.entries(V1_NAMES).flatMap(([name, { language, aliases }]) =>
    [name, ...aliases].map((alias) => [alias, language] as const),
  ),
);

const V1_NAME_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(V1_NAMES).map(([name, { language }]) => [language, name]),
);

/** One language as `GET /versions` lists it. */
export interface V1Version {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly version: string;
}

/**
 * The runtime that v1 means by a name: its own names come first (its `clisp` is lisp), then those of today. The highest
 * version, since v1 cannot ask for one; null where there is none.
 */
export function v1Runtime(catalogue: Catalogue, name: string): Runtime | null {
  const language = LANGUAGES.get(name);
  const meant = language === undefined ? null : catalogue.select(language, "*");
  return meant ?? catalogue.select(name, "*");
}

/** What v1 called the language of a runtime; today's name where it knew none, or where v1 means another language by it. */
export function v1Name(catalogue: Catalogue, runtime: Runtime): string {
  return v1Names(catalogue, runtime)[0] ?? runtime.language;
}

/** Every language once, in its highest version, under all names by which v1 reaches it. */
export function v1Versions(catalogue: Catalogue): V1Version[] {
  return catalogue.runtimes.flatMap((runtime) => {
    const [name, ...aliases] = v1Names(catalogue, runtime);
    return name === undefined ? [] : [{ name, aliases, version: runtime.version }];
  });
}

/** The names that lead to a runtime in v1, its own first; none leads to a version that is not the highest. */
function v1Names(catalogue: Catalogue, runtime: Runtime): string[] {
  const { language, aliases } = runtime;
  const name = V1_NAME_OF.get(language) ?? language;
  const names = new Set([name, ...(V1_NAMES[name]?.aliases ?? []), language, ...aliases]);
  return [...names].filter((each) => v1Runtime(catalogue, each) === runtime);
}
