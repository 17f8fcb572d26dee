import { expect, it } from "vitest";
import { upstreamVersion } from "../../src/packages/upstream-version.ts";

it.each([
  ["3.13.5-2+deb13u5", "3.13.5"],
  ["4:14.2.0-1", "14.2.0"],
  ["5.2.37-2+b10", "5.2.37"],
  ["21.0.9+10-1~deb13u1", "21.0.9"],
  ["7.3.19+dfsg-2", "7.3.19"],
  ["1:9~rc1-1", "9"],
  ["2026f-0+deb13u1", "2026"],
  ["r123-1", null],
])("the upstream version in %s is %s", (debian, upstream) => {
  expect(upstreamVersion(debian)).toBe(upstream);
});
