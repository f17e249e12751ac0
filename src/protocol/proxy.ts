/** The environment of Node and its like; nothing in a page. */
const environment = (): Readonly<Record<string, string | undefined>> =>
  (globalThis as { readonly process?: { readonly env?: Record<string, string | undefined> } }).process?.env ?? {};

/** The variable that names a proxy for an address, if the environment has one. */
function proxyVariable({ protocol, hostname }: URL): string | null {
  const env = environment();
  const excluded = (env.no_proxy ?? env.NO_PROXY ?? '').split(',').map((host) => host.trim());
  if (excluded.some((host) => host === '*' || host === hostname || (host.startsWith('.') && hostname.endsWith(host))))
    return null;
  const name = `${protocol.slice(0, -1)}_proxy`;
  return [name, name.toUpperCase()].find((variable) => env[variable]) ?? null;
}

/** Whether the host's own `fetch` sends what is for this address to a proxy: Node does where `NODE_USE_ENV_PROXY` says so. */
export const isProxied = (url: string): boolean =>
  environment().NODE_USE_ENV_PROXY === '1' && proxyVariable(new URL(url)) !== null;

/** What may explain that an address cannot be reached: a proxy in between, or one that is named and not used. */
export function proxyHint(url: string): string | null {
  const variable = proxyVariable(new URL(url));
  if (variable === null) return null;
  return isProxied(url)
    ? `the request went to the proxy in ${variable}`
    : `${variable} is set, but Node uses it only with NODE_USE_ENV_PROXY=1`;
}
