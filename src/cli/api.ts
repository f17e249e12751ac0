import { readFileSync } from 'node:fs';
import { AuthError } from '../../machines/failures.ts';
import { findCurrentSession, type TargetFlags } from './account.ts';
import type { Reply } from './call.ts';
import { printable } from './printable.ts';
import { complain } from './report.ts';

/** The call of `etna-auth api`. */
export interface ApiRequest {
  /** Defaults to `POST` if there is data, otherwise to `GET`. */
  readonly method?: string | undefined;
  readonly path: string;
}

/** The flags of `etna-auth api`. */
export interface ApiFlags extends TargetFlags {
  /** JSON, `@` and the name of a file, or `-` for stdin. */
  readonly data?: string;
  /** Seconds. */
  readonly timeout?: number;
}

/**
 * Runs `etna-auth api`: prints the reply of the API. Resolves with the exit code, which is 1 for a reply other than 2xx, as with `gh api`.
 */
export async function runApi(
  { method, path }: ApiRequest,
  { data, timeout = 10, ...flags }: ApiFlags,
): Promise<number> {
  try {
    const verb = methodOf(method, data !== undefined);
    const current = await findCurrentSession(flags);
    // It is slow to load, so it is loaded only if there is a session to call with.
    const { call } = await import('./call.ts');
    const reply = await call(current, {
      method: verb,
      path,
      timeout: Math.ceil(timeout * 1000),
      ...(data !== undefined && { body: await readData(data) }),
    });
    process.stdout.write(process.stdout.isTTY ? legible(reply) : reply.body);
    if (reply.isSuccess) return 0;
    console.error(`The API answered ${reply.status}.`);
    return 1;
  } catch (error) {
    return complain(error);
  }
}

function methodOf(method: string | undefined, hasData: boolean): string {
  const verb = method?.toUpperCase() ?? (hasData ? 'POST' : 'GET');
  if (!/^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(verb)) throw unusable('There is no such method.');
  if (hasData && /^(GET|HEAD)$/.test(verb)) throw unusable(`${verb} takes no --data.`);
  return verb;
}

async function readData(data: string): Promise<string> {
  const json = await (data === '-' ? readStdin() : data.startsWith('@') ? readInput(data.slice(1)) : data);
  try {
    JSON.parse(json);
    return json;
  } catch {
    throw unusable('What --data names is not JSON.');
  }
}

async function readStdin(): Promise<string> {
  const { text } = await import('node:stream/consumers');
  return text(process.stdin);
}

function readInput(file: string): string {
  try {
    // A byte order mark is not part of the text, and is removed, as it is from stdin.
    return new TextDecoder().decode(readFileSync(file));
  } catch {
    throw unusable(`--data: ${file} cannot be read.`);
  }
}

const unusable = (detail: string) => new AuthError('invalid-input', { detail });

/** For a terminal: indented JSON. */
function legible({ isJson, body }: Reply): string {
  const words = body.toString();
  return `${printable((isJson && indented(words)) || words)}\n`;
}

function indented(json: string): string | null {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return null;
  }
}
