import { runDefaults } from "../src/config/default-limits.ts";

/** What stands in a program's text for the nonce; each request of http-client.c has another one, just as long. */
export const NONCE = "@NONCE-16-BYTES@";

/** A program that the bench runs in several ways. It prints `hello ` and the nonce, which it has in its source or reads. */
export interface Program {
  readonly language: string;
  /** The installed package whose root it runs on. */
  readonly packageName: string;
  readonly mainFile: string;
  readonly source: string;
  /** Where the source must not change, so that its compile stage may be kept: the nonce. */
  readonly stdin: string;
  /** The command line that the executioner's ends in, flags and all; raw runs start with it. */
  readonly argv: readonly string[];
  /** Variables that the language's definition sets. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly isCompiled: boolean;
}

/** What every program prints. */
export const OUTPUT = `hello ${NONCE}\n`;

/** What executioners/prelude.sh makes of the memory limit: three quarters of it, in MiB. */
const HEAP_MB = Math.floor(runDefaults.memory_bytes / 1_398_101);

/** The shell: it is up in a moment, so that what is around it shows. */
export const bash = interpreted("bash", "main.sh", `echo "hello ${NONCE}"\n`, "/usr/bin/bash");

/** Its start is a dozen milliseconds of reading its own library. */
export const python: Program = {
  ...interpreted("python", "main.py", `print("hello ${NONCE}")\n`, "/usr/bin/python3"),
  environment: { PYTHONDONTWRITEBYTECODE: "1" },
};

/** Node: its start is most of a short program. */
export const javascript: Program = {
  ...interpreted("javascript", "main.js", `console.log("hello ${NONCE}");\n`, "/usr/local/bin/node"),
  packageName: "node",
  argv: ["/usr/local/bin/node", "./main.js"],
};

/** A class that reads the nonce, so that its source stays the same. */
export const java: Program = {
  language: "java",
  packageName: "openjdk",
  mainFile: "Main.java",
  // No string is joined with another: the machinery for that takes a third of the start.
  source: `class Main {
  public static void main(String[] args) throws java.io.IOException {
    System.out.print("hello ");
    System.out.println(new String(System.in.readAllBytes()));
  }
}
`,
  stdin: NONCE,
  argv: [
    "/usr/bin/java",
    "-XX:+UseSerialGC",
    "-XX:-UsePerfData",
    "-Xshare:auto",
    `-Xmx${HEAP_MB}m`,
    "-cp",
    ".java/classes:.",
    "Main",
  ],
  isCompiled: true,
};

/** The same in C. */
export const c: Program = {
  language: "c",
  packageName: "gcc",
  mainFile: "main.c",
  source: `#include <stdio.h>
int main(void) { char line[64]; if (fgets(line, sizeof line, stdin)) printf("hello %s\\n", line); }
`,
  stdin: NONCE,
  argv: ["./a.out"],
  isCompiled: true,
};

/** Compiled anew each time: its source holds the nonce. */
export const cppFirst: Program = {
  language: "c++",
  packageName: "gcc",
  mainFile: "main.cpp",
  source: `#include <bits/stdc++.h>
int main() { std::cout << "hello ${NONCE}" << std::endl; }
`,
  stdin: "",
  argv: ["/usr/bin/g++", "-std=gnu++20", "-O2", "-pthread", "-o", "a.out", "main.cpp"],
  isCompiled: true,
};

/** Programs whose latency the picture of languages shows, in its order. */
export const everyProgram: readonly Program[] = [
  c,
  bash,
  interpreted("lua", "main.lua", `print("hello ${NONCE}")\n`, "/usr/bin/lua"),
  interpreted("perl", "main.pl", `print "hello ${NONCE}\\n";\n`, "/usr/bin/perl"),
  python,
  interpreted("php", "main.php", `<?php echo "hello ${NONCE}\\n";\n`, "/usr/bin/php"),
  javascript,
  interpreted("ruby", "main.rb", `puts "hello ${NONCE}"\n`, "/usr/bin/ruby"),
  java,
];

/** An interpreted program, in the package of its language's name. */
function interpreted(language: string, mainFile: string, source: string, interpreter: string): Program {
  const argv = [interpreter, mainFile];
  return { language, packageName: language, mainFile, source, stdin: "", argv, isCompiled: false };
}
