/** What the tests use of piston-client 1.0.2, which brings no types. */
declare module "piston-client" {
  // biome-ignore lint/style/noDefaultExport: it is theirs
  export default function piston(options: { readonly server: string }): {
    runtimes(): Promise<readonly { readonly language: string; readonly version: string }[]>;
    execute(
      language: string,
      code: string,
      config?: object,
    ): Promise<{ readonly message?: string; readonly run: Readonly<Record<string, unknown>> }>;
  };
}
