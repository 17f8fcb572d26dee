/** What an attacker is told about the host, so that it need not guess; `{{name}}` stands for one in its files and arguments. */
export interface Facts {
  /** A file of the host that everybody there may read and write. */
  readonly canary_file: string;
  /** The folder that it lies in, which everybody may write to. */
  readonly canary_dir: string;
  /** A TCP port on every address of the host, where somebody listens. */
  readonly tcp_port: string;
  /** A UDP port on every address of the host. */
  readonly udp_port: string;
  /** An address of the host other than loopback; loopback where it has none. */
  readonly host_address: string;
  /** An abstract Unix socket of the host, without its leading NUL. */
  readonly abstract_socket: string;
  /** A Unix socket in the canary's folder. */
  readonly unix_socket: string;
  /** A process of the host: the one that runs the attack. */
  readonly host_pid: string;
  /** Port of the server's API. */
  readonly api_port: string;
}

const PLACE = /\{\{([a-z_]+)\}\}/g;

/** Puts facts in the places that a text has for them. Throws RangeError for one that there is not. */
export function fillIn(text: string, facts: Facts): string {
  return text.replace(PLACE, (_, name: string) => {
    if (!Object.hasOwn(facts, name)) throw new RangeError(`there is no fact ${name}`);
    return facts[name as keyof Facts];
  });
}
