import { lookup } from 'node:dns/promises';
import { AuthError } from '../../machines/failures.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { explain } from '../messages.ts';
import { parseBody, wordsIn } from '../protocol/body.ts';
import { causeOf } from '../protocol/cause.ts';
import { endpointUrl } from '../protocol/endpoint-url.ts';
import { exchange } from '../protocol/exchange.ts';
import { isProxied, proxyHint } from '../protocol/proxy.ts';
import { discard } from '../protocol/read-body.ts';
import { safeFetch } from '../protocol/redirects.ts';
import { proveWritable } from '../session/session-store.ts';
import { findTarget, openStore, type Target, type TargetFlags } from './account.ts';
import { printable } from './printable.ts';
import { failureOf, print } from './report.ts';

/** The flags of `etna-auth doctor`. */
export interface DoctorFlags extends TargetFlags {
  /** Seconds. */
  readonly timeout?: number;
  readonly json?: true;
}

/** The result of a check. */
interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, and how to fix it. */
  readonly detail: string;
}

/**
 * Runs `etna-auth doctor`: checks everything that a login depends on, from the address to the store. It sends no user name and no
 * password, and does not call the token endpoint. Resolves with the exit code: 0 if all checks pass, otherwise 1.
 */
export async function runDoctor({ json, timeout = 10, ...flags }: DoctorFlags): Promise<number> {
  const checks: Check[] = [];
  const tell = (check: Check) => {
    checks.push(check);
    if (!json) console.log(`${check.ok ? 'ok  ' : 'FAIL'}  ${check.name}: ${printable(check.detail)}`);
  };
  tell({ name: 'versions', ok: true, detail: `etna-auth ${packageJson.version}, Node ${process.versions.node}` });
  const target = await attempt('configuration', async () => findTarget(flags), tell);
  if (target) {
    await examineServer(target, Math.ceil(timeout * 1000), tell);
    await examineStore(target, tell);
  }
  const isWell = checks.every(({ ok }) => ok);
  if (json) print({ ok: isWell, checks });
  return isWell ? 0 : 1;
}

type Tell = (check: Check) => void;

async function examineServer({ baseUrl, appKey }: Target, timeout: number, tell: Tell): Promise<void> {
  const known = await attempt('base URL', async () => new URL(endpointUrl(demand(baseUrl), '')), tell);
  if (!known) return;
  tell({ name: 'base URL', ok: true, detail: known.href });
  const proxy = proxyHint(known.href);
  if (proxy) tell({ name: 'proxy', ok: isProxied(known.href), detail: proxy });
  const address = await attempt('host', () => lookup(known.hostname.replace(/^\[|\]$/g, '')), tell);
  if (address) tell({ name: 'host', ok: true, detail: `${known.hostname} is ${address.address}` });

  const key = appKey ?? '';
  const keyCheck = appKeyCheck(key);
  tell(keyCheck);
  const headers = { Accept: 'application/json', ...(keyCheck.ok && { 'Et-App-Key': key }) };
  const sentAt = Date.now();
  const options = { baseUrl: known.href, appKey: key, timeout };
  const call = () => exchange(options, 'v1.0/users/@me/info', { method: 'GET', headers });
  const reply = await attempt('server', call, tell);
  if (!reply) return;
  const { response, text } = reply;
  tell(serverCheck(response, text));
  const date = Date.parse(response.headers.get('Date') ?? '');
  if (date) tell(clockCheck(date - (sentAt + Date.now()) / 2));
  tell(await pagesCheck(known, timeout));
}

/** A key is usually the Base64 of a GUID, in ASCII or UTF-16. Another form is only unusual. */
function appKeyCheck(key: string): Check {
  const name = 'application key';
  if (!key) return { name, ok: false, detail: 'missing: set ETNA_APP_KEY or pass --app-key' };
  if (!/^[\x21-\x7e]+$/.test(key)) return { name, ok: false, detail: 'has characters that no header can carry' };
  const text = Buffer.from(key, 'base64').toString('latin1').replaceAll('\0', '');
  const isGuid = /^\{?[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\}?$/i.test(text);
  return {
    name,
    ok: true,
    detail: isGuid ? 'looks like one of ETNA’s' : 'has an unusual form, and may still be valid',
  };
}

/** The rejection of a call without a session shows whether the server is an ETNA Trader, and whether it knows the key. */
function serverCheck({ status }: Response, text: string): Check {
  const name = 'server';
  const words = wordsIn(parseBody(text).whole) ?? '';
  if (/application key/i.test(words) || (status === 403 && !text.trim())) {
    return {
      name,
      ok: false,
      detail: `does not know the application key (HTTP ${status}). Ask your broker for a valid one`,
    };
  }
  if (status === 401 && words) return { name, ok: true, detail: 'an ETNA Trader answers' };
  if (status >= 500) return { name, ok: false, detail: `has a problem of its own (HTTP ${status}). Try again later` };
  return { name, ok: false, detail: `HTTP ${status}, which is not how ETNA Trader answers. Check the base URL` };
}

const longestSkew = 2 * 60_000;

function clockCheck(skew: number): Check {
  const seconds = Math.round(Math.abs(skew) / 1000);
  const detail = `this machine is ${seconds} s ${skew < 0 ? 'ahead of' : 'behind'} the server`;
  if (Math.abs(skew) <= longestSkew) return { name: 'clock', ok: true, detail };
  return { name: 'clock', ok: false, detail: `${detail}, so that sessions seem to end at another time. Set the clock` };
}

/** Whether pages of other origins may call the server. Only information, since a proxy on the page's own origin works as well. */
async function pagesCheck(url: URL, timeout: number): Promise<Check> {
  const headers = {
    Origin: 'https://terminal.example',
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'et-app-key,username,password,authorization,verificationcode,pincode',
  };
  const signal = AbortSignal.timeout(timeout);
  const allowed = await safeFetch(undefined)(`${url.href}token`, {
    method: 'OPTIONS',
    headers,
    redirect: 'manual',
    signal,
  }).then(
    (response) => {
      discard(response.body);
      return response.headers.get('Access-Control-Allow-Origin');
    },
    () => null,
  );
  const detail = allowed
    ? `may call it from ${allowed}`
    : 'may not call it from other origins: they need a proxy (docs/browser.md)';
  return { name: 'pages', ok: true, detail };
}

async function examineStore({ baseUrl, username, store: kind }: Target, tell: Tell): Promise<void> {
  const name = 'store';
  if (kind === 'memory') return tell({ name, ok: true, detail: 'memory: nothing is kept' });
  const account = { baseUrl: baseUrl ?? 'https://etna.invalid', username: username ?? 'nobody' };
  const place = await attempt(
    name,
    async () => {
      const { store, placeOf } = await openStore(kind);
      await proveWritable(store, account);
      return placeOf(account);
    },
    tell,
  );
  if (place) tell({ name, ok: true, detail: username ? `${place} can be written` : 'can be written' });
}

/** The result of an operation. A failure is reported with a remedy. */
async function attempt<Value>(name: string, operation: () => Promise<Value>, tell: Tell): Promise<Value | null> {
  try {
    return await operation();
  } catch (error) {
    const known = error instanceof AuthError ? error : new AuthError('network', { detail: causeOf(error) });
    tell({ name, ok: false, detail: explain(failureOf(known)) });
    return null;
  }
}

function demand(baseUrl: string | undefined): string {
  if (baseUrl) return baseUrl;
  throw new AuthError('invalid-input', { detail: 'missing: set ETNA_BASE_URL or pass --base-url' });
}
