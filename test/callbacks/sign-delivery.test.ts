import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { signDelivery, signingKey } from "../../src/callbacks/sign-delivery.ts";

test("the specification's own example has its signature", () => {
  const key = signingKey("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") ?? Buffer.alloc(0);
  const parts = {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    at: new Date(1614265330_000),
    body: '{"test": 2432232314}',
  };
  expect(signDelivery(parts, key)).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test.each([
  [
    "whsec_ and base64",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    new Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
  ],
  [
    "any text",
    "a secret of words, ä",
    new Webhook(new Uint8Array(Buffer.from("a secret of words, ä")), { format: "raw" }),
  ],
])("a receiver verifies what is signed with %s, and nothing that was changed", (_, secret, receiver) => {
  const body = '{"state":"done","text":"ä€😀"}';
  const headers = signDelivery({ id: "job-1", at: new Date(), body }, signingKey(secret) ?? Buffer.alloc(0));
  expect(receiver.verify(body, headers)).toEqual(JSON.parse(body));
  expect(() => receiver.verify(body.replace("done", "failed"), headers)).toThrow("No matching signature");
  expect(() => receiver.verify(body, { ...headers, "webhook-id": "job-2" })).toThrow("No matching signature");
  const later = String(Number(headers["webhook-timestamp"]) + 1);
  expect(() => receiver.verify(body, { ...headers, "webhook-timestamp": later })).toThrow(
    "No matching signature",
  );
});

test.each(["whsec_", "whsec_not base64!", "whsec_AAAAA", "whsec_AA=A"])("%j is no secret", (secret) => {
  expect(signingKey(secret)).toBeNull();
});
