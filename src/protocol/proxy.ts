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
  [...(host().execArgv ?? []), environment().NODE_OPTIONS ?? ''].some((text) => /--use[-_]env[-_]proxy/.test(text));

/**
 * The environment variable that sets a proxy for an address, if there is one. Where Node's versions differ, it assumes that the proxy is
 * used.
 */
function proxyVariable({ protocol, hostname, port }: URL): string | null {
  const env = environment();
  const noProxy = env.no_proxy ?? env.NO_PROXY ?? '';
  // Node compares it exactly: with a space, it excludes nothing.
  if (noProxy === '*') return null;
  const asked = port || (protocol === 'https:' ? '443' : '80');
  const isExcluded = noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      const suffix = /^\*?(\..+)$/.exec(name)?.[1];
      return (name === hostname || (suffix && hostname.endsWith(suffix))) && (only === undefined || only === asked);
    });
  if (isExcluded) return null;
  // Without a proxy for https, Node takes the one for http.
  const schemes = protocol === 'https:' ? ['https', 'http'] : ['http'];
  const variables = schemes.map((scheme) => [`${scheme}_proxy`, `${scheme}_PROXY`.toUpperCase()]);
  // An empty one overrules the other.
  const found = variables.map((names) => names.find((name) => env[name] !== undefined));
  return found.find((name) => name !== undefined && env[name]) ?? null;
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
