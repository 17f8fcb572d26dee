import { CrankcaseError } from "./crankcase-error.ts";

/** Does something for one field of a request: a mistake that is found names its field in that one. */
export function withinField<Value>(field: string, action: () => Value): Value {
  try {
    return action();
  } catch (thrown) {
    throw thrown instanceof CrankcaseError && thrown.field !== undefined ? within(field, thrown) : thrown;
  }
}

function within(outer: string, error: CrankcaseError): CrankcaseError {
  const { code, message, field: inner = "", suggestion } = error;
  const field = `${outer}.${inner}`;
  const told = message.startsWith(inner) ? `${outer}.${message}` : message;
  return new CrankcaseError(code, told, { field, ...(suggestion === undefined ? {} : { suggestion }) });
}
