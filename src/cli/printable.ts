import type { LoggedRequest, Message } from '../testing/index.ts';

/**
 * Makes text from outside safe for a terminal: removes control characters, which could control it, and invisible and bidirectional ones,
 * which could disguise the text. Line breaks and tabs stay.
 */
export const printable = (text: string): string =>
  text.replaceAll(/(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\ufffd');

/** Formats a request of the emulator's log, whose secrets are already masked, as one line. */
export function requestLine({ method, path, headers, authorization, status, state, step, duration }: LoggedRequest) {
  const sent = Object.entries(headers).filter(([name]) => /^(username|password|verificationcode|pincode)$/.test(name));
  const request = [method, path, ...sent.map(([name, value]) => `${name}=${value}`)];
  if (authorization !== 'none') request.push(`authorization=${authorization}`);
  const answer = [status ?? 'no answer', state, step].filter((part) => part !== null);
  const line = `${request.join(' ')} -> ${answer.join(' ')}${duration === null ? '' : ` (${duration} ms)`}`;
  // Input from outside cannot add a line break.
  return printable(line.replaceAll(/\s/g, ' '));
}

/** Formats a message of the emulator as one line, as a phone would show it. */
export function messageLine({ channel, to, code }: Message) {
  return `${channel === 'sms' ? 'SMS' : 'E-mail'} to ${to}: your code is ${code}`;
}
