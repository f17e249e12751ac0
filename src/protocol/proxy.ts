interface NodeProcess {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly execArgv?: readonly string[];
}

/** Node's process, or its like; there is none in a page. */
const host = (): NodeProcess => (globalThis as { readonly process?: NodeProcess }).process ?? {};
const environment = () => host().env ?? {};

/** Whether Node's own `fetch` uses the proxies that the environment names, by any of the ways to say so. */
const usesProxies = () =>
  environment().NODE_USE_ENV_PROXY === '1' ||
  [...(host().execArgv ?? []), environment().NODE_OPTIONS ?? ''].some((text) => text.includes('--use-env-proxy'));

/** The variable that names a proxy for an address, if the environment has one. */
function proxyVariable({ protocol, hostname, port }: URL): string | null {
  const env = environment();
  const noProxy = (env.no_proxy ?? env.NO_PROXY ?? '').trim();
  if (noProxy === '*') return null;
  const isExcluded = noProxy.split(/[\s,]+/).some((entry) => {
    const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    const isNamed = name === hostname || (name.startsWith('.') && hostname.endsWith(name));
    return isNamed && (only === undefined || only === port);
  });
  if (isExcluded) return null;
  const name = `${protocol.slice(0, -1)}_proxy`;
  return [name, name.toUpperCase()].find((variable) => env[variable]) ?? null;
}

/** Whether the host's own `fetch` sends what is for this address to a proxy. */
export const isProxied = (url: string): boolean => usesProxies() && proxyVariable(new URL(url)) !== null;

/** What may explain that an address cannot be reached: a proxy in between, or one that is named and not used. */
export function proxyHint(url: string): string | null {
  const variable = proxyVariable(new URL(url));
  if (variable === null) return null;
  return isProxied(url)
    ? `the request went to the proxy in ${variable}`
    : `${variable} is set, but Node uses it only with NODE_USE_ENV_PROXY=1`;
}
