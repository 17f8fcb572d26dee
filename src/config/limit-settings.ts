import { configKeys } from "./config-key.ts";
import { invalidConfig, isStronger, type Setting } from "./setting.ts";

/**
 * Makes every default of a limit fit its maximum. Whichever of the two comes from the stronger source moves the other:
 * a default set to more raises a maximum that nobody set, and a maximum set to less lowers such a default. Two that
 * contradict each other within one source are refused with `invalid_config`.
 */
export function fitLimits(settings: Map<string, Setting>): void {
  const defaults = configKeys()
    .map(({ path }) => path)
    .filter((path) => path.includes(".default."));
  for (const path of defaults) fitLimit(settings, path, path.replace(".default.", ".maximum."));
}

function fitLimit(settings: Map<string, Setting>, defaultPath: string, maximumPath: string): void {
  const given = settings.get(defaultPath);
  const maximum = settings.get(maximumPath);
  if (given === undefined || maximum === undefined || Number(given.value) <= Number(maximum.value)) return;
  if (isStronger(given, maximum)) settings.set(maximumPath, given);
  else if (isStronger(maximum, given)) settings.set(defaultPath, maximum);
  else
    throw invalidConfig(
      given.origin,
      `${defaultPath} is above ${maximumPath} (${maximum.value})`,
      defaultPath,
    );
}
