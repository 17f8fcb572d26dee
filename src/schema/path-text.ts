/** Names longer than this are somebody's joke: an answer shows how they begin. */
const SHOWN_CHARACTERS = 80;

/** Steps shown of a path: no shape of ours is half as deep. */
const SHOWN_STEPS = 12;

/** A place in a value as a person writes it, `files[0].name`; what is too long to be read is cut. */
export function pathText(steps: readonly string[]): string {
  const text = steps.slice(0, SHOWN_STEPS).reduce((path, step) => {
    if (/^\d{1,15}$/.test(step)) return `${path}[${step}]`;
    return path === "" ? shownName(step) : `${path}.${shownName(step)}`;
  }, "");
  return steps.length > SHOWN_STEPS ? `${text}…` : text;
}

/** A name that somebody sent, short enough for a message. */
function shownName(name: string): string {
  return name.length > SHOWN_CHARACTERS ? `${name.slice(0, SHOWN_CHARACTERS).toWellFormed()}…` : name;
}
