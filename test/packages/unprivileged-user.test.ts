import { expect, it } from "vitest";
import { parsePasswd, unprivilegedUser } from "../../src/packages/unprivileged-user.ts";

const LINES = `
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
`;

it("fetches as the daemon's own user where there is one, else as one that owns nothing", () => {
  expect(parsePasswd(`${LINES}crankcase:x:990:991::/nonexistent:/usr/sbin/nologin`)).toEqual({
    uid: 990,
    gid: 991,
  });
  expect(parsePasswd(LINES)).toEqual({ uid: 42, gid: 65534 });
  expect(parsePasswd("")).toBeNull();
});

it("never fetches as root", async () => {
  expect((await unprivilegedUser())?.uid).not.toBe(0);
});
