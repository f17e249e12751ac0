interface NodeProcess {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly execArgv?: readonly string[];
}

/** Node's `process`, or a compatible one. Pages have none. */
const host = (): NodeProcess => (globalThis as { readonly process?: NodeProcess }).process ?? {};
const environment = () => host().env ?? {};

/** Whether Node's own `fetch` uses the proxies in the environment, by any of the ways to enable them. */
const usesProxies = () =>
  environment().NODE_USE_ENV_PROXY === '1' ||
  [...(host().execArgv ?? []), environment().NODE_OPTIONS ?? ''].some((text) => text.includes('--use-env-proxy'));

/** The environment variable that sets a proxy for an address, if there is one. */
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

/** Whether the platform's `fetch` sends requests to this address through a proxy. */
export const isProxied = (url: string): boolean => usesProxies() && proxyVariable(new URL(url)) !== null;

/** A possible reason why an address cannot be reached: a proxy in between, or one that is set but not used. */
export function proxyHint(url: string): string | null {
  const variable = proxyVariable(new URL(url));
  if (variable === null) return null;
  return isProxied(url)
    ? `the request went to the proxy in ${variable}`
    : `${variable} is set, but Node uses it only with NODE_USE_ENV_PROXY=1`;
}
