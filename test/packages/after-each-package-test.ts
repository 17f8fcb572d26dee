import { afterAll, afterEach, expect } from "vitest";
import { findPackageLitter, type PackagePlace, type PackageServer } from "./serving-packages.ts";

/** After each test of the file everything is uninstalled and nothing else may be left; after the last one the server ends. */
export function leaveNothing(
  opened: () => { readonly place: PackagePlace; readonly server: PackageServer },
): void {
  afterAll(async () => {
    const { place, server } = opened();
    await server?.[Symbol.asyncDispose]();
    await place?.[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    const { place, server } = opened();
    await server.uninstallAll();
    expect(await findPackageLitter(place)).toEqual([]);
  });
}
