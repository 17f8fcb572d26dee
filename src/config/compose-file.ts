import { isTemplate, type WrittenVariable } from "./environment-file.ts";
import { invalidConfig } from "./setting.ts";
import { entriesOf, itemsOf, textOf, type YamlPlace, type YamlTree, yamlTree } from "./yaml-tree.ts";

/** A service of a compose file. */
export interface ComposeService {
  readonly name: string;
  readonly variables: readonly WrittenVariable[];
  /** Its other keys, each with a short text of its value: a list's items separated by commas. */
  readonly keys: ReadonlyMap<string, { readonly text: string; readonly line: number }>;
}

/** Piston's image, of whichever registry, and not one of its companions. */
const PISTON_IMAGE = /(^|\/)piston(-api)?(:|@|$)/;

/** Names of services in a message. */
const MOST_NAMES = 20;

/**
 * Reads the service of a compose file that `wanted` names, else the only one that looks like Piston's. Throws
 * `invalid_config` with file and line for broken YAML, and with the services' names where none can be chosen.
 */
export function composeService(text: string, file: string, wanted?: string): ComposeService {
  const tree = yamlTree(text, file);
  const listed = entriesOf(tree, tree.root).get("services");
  const services = listed === undefined ? new Map() : entriesOf(tree, listed);
  if (services.size === 0) throw invalidConfig(file, "there are no services in it: it is no compose file");
  return chosen(
    [...services].map(([name, place]) => read(tree, name, place)),
    file,
    wanted,
  );
}

function chosen(services: readonly ComposeService[], file: string, wanted?: string): ComposeService {
  const some = services.slice(0, MOST_NAMES).map(({ name }) => name);
  const names = [...some, ...(services.length > MOST_NAMES ? ["..."] : [])].join(", ");
  if (wanted !== undefined) {
    const named = services.find(({ name }) => name === wanted);
    if (named === undefined) throw invalidConfig(file, `there is no service ${wanted} (there are: ${names})`);
    return named;
  }
  const byVariables = services.filter(({ variables }) =>
    variables.some(({ name }) => name.startsWith("PISTON_")),
  );
  const byImage = services.filter(({ keys }) => PISTON_IMAGE.test(keys.get("image")?.text ?? ""));
  for (const [only, ...others] of [byImage, byVariables, services]) {
    if (only !== undefined && others.length === 0) return only;
  }
  throw invalidConfig(
    file,
    `it is not clear which service is Piston's (there are: ${names}). Name it: --service NAME`,
  );
}

function read(tree: YamlTree, name: string, place: YamlPlace): ComposeService {
  const entries = entriesOf(tree, place);
  const environment = entries.get("environment");
  const others = [...entries].filter(([key]) => key !== "environment");
  return {
    name,
    variables: environment === undefined ? [] : variablesOf(tree, environment),
    keys: new Map(others.map(([key, at]) => [key, { text: summary(tree, at), line: at.line }])),
  };
}

function variablesOf(tree: YamlTree, environment: YamlPlace): WrittenVariable[] {
  const listed = itemsOf(tree, environment).map((item) => fromItem(textOf(tree, item) ?? "", item.line));
  const mapped = [...entriesOf(tree, environment)].flatMap(([name, place]) => {
    const text = textOf(tree, place);
    if (text !== undefined) return [variable(name, text === "" ? null : text, place.line)];
    if (!name.startsWith("PISTON_")) return [];
    throw invalidConfig(`${tree.file}:${place.line}`, `${name} must be a text or a number`);
  });
  return [...listed, ...mapped];
}

/** `NAME=value`; a name alone takes its value from the shell that starts compose. */
function fromItem(item: string, line: number): WrittenVariable {
  const [name = "", ...rest] = item.split("=");
  return variable(name.trim(), rest.length === 0 ? null : rest.join("="), line);
}

/** A doubled dollar is one dollar in compose. */
function variable(name: string, text: string | null, line: number): WrittenVariable {
  const filledIn = text !== null && isTemplate(text);
  return { name, text: filledIn ? text : (text?.replaceAll("$$", "$") ?? null), isTemplate: filledIn, line };
}

function summary(tree: YamlTree, place: YamlPlace): string {
  const items = itemsOf(tree, place).map((item) => textOf(tree, item) ?? longForm(tree, item));
  return items.length > 0 ? items.join(", ") : (textOf(tree, place) ?? "");
}

/** `ports` and `volumes` may be maps: host_ip, published and target; source and target. */
function longForm(tree: YamlTree, item: YamlPlace): string {
  const entries = entriesOf(tree, item);
  const parts = ["host_ip", "published", "source", "target"].map((key) => entries.get(key));
  return parts.flatMap((part) => (part === undefined ? [] : [textOf(tree, part) ?? ""])).join(":");
}
