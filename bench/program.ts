/** A program that the bench runs in several ways. */
export interface Program {
  /** As the table names it. */
  readonly title: string;
  /** The installed package whose root it runs on. */
  readonly packageName: string;
  /** Its command line, in the folder that holds its main file. */
  readonly argv: readonly string[];
  /** Name and text of its main file. The nonce makes every text another one. */
  readonly mainFile: string;
  readonly source: (nonce: string) => string;
  /** What it prints. */
  readonly output: (nonce: string) => string;
  /** The language by which HTTP and the executioner run it; absent: they cannot run it as it is. */
  readonly language?: string;
}

/** `/bin/true`: what starting a process costs, and nothing else. */
const nothing: Program = {
  title: "/bin/true",
  packageName: "python",
  argv: ["/bin/true"],
  mainFile: "main.py",
  source: () => "",
  output: () => "",
};

/** The nearest thing to `/bin/true` that a request can ask for: a language is always asked for. */
const bash: Program = {
  title: "bash: exec /bin/true",
  packageName: "bash",
  argv: ["/bin/bash", "main.sh"],
  mainFile: "main.sh",
  source: (nonce) => `exec /bin/true # ${nonce}\n`,
  output: () => "",
  language: "bash",
};

/** The smallest program of an interpreted language. */
const python: Program = {
  title: "python: hello",
  packageName: "python",
  argv: ["/usr/bin/python3", "main.py"],
  mainFile: "main.py",
  source: (nonce) => `print("hello ${nonce}")\n`,
  output: (nonce) => `hello ${nonce}\n`,
  language: "python",
};

/** Every program, in the order of the table. */
export const programs: readonly Program[] = [nothing, bash, python];

/** The program whose throughput is measured. */
export const throughputProgram = python;
