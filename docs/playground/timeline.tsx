import { useEffect, useRef } from 'react';
import type { Entry } from './recorder.ts';
import { useCopy } from './use-copy.ts';

/** A log of everything that happened. */
export function Timeline({ entries }: { entries: readonly Entry[] }) {
  const region = useRef<HTMLElement>(null);
  const [outcome, copy] = useCopy(entries.map(lineOf).join('\n'));
  useEffect(() => {
    if (entries.length > 0) region.current?.scrollTo({ top: region.current.scrollHeight });
  }, [entries]);

  return (
    <section className="timeline" aria-labelledby="timeline-title">
      <header>
        <h2 id="timeline-title">What happened</h2>
        <p className="timeline-note">
          Transitions and requests, with secrets masked. <span role="status">{outcome}</span>
        </p>
        {copy && (
          <button type="button" disabled={entries.length === 0} onClick={copy}>
            Copy as text
          </button>
        )}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys. */}
      <section className="scroll" ref={region} aria-label="Timeline" tabIndex={0}>
        {entries.length === 0 && <p className="empty">Nothing yet. The machine sends nothing before the user acts.</p>}
        <ol>
          {entries.map((entry, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: what happened stays in its place.
            <li key={index} data-kind={entry.kind}>
              <time dateTime={new Date(entry.time).toISOString()}>{timeOf(entry)}</time>
              <Line entry={entry} />
            </li>
          ))}
        </ol>
      </section>
    </section>
  );
}

function Line({ entry }: { entry: Entry }) {
  if (entry.kind === 'note') return <span>{entry.line}</span>;
  if (entry.kind === 'transition') {
    return (
      <span>
        <code>{entry.line}</code> {entry.step && <small>{eventOf(entry.step.eventType)}</small>}
      </span>
    );
  }
  const { method, path, headers, status, duration } = entry.request;
  return (
    <span>
      <code>
        {method} {path} <b data-refused={duration !== null && !(status !== null && status < 300)}>{answerOf(entry)}</b>
      </code>{' '}
      <small>
        {Object.entries(headers)
          .filter(([name]) => !ofTransport.has(name))
          .map(([name, value]) => `${name}: ${value}`)
          .join(', ')}
      </small>
    </span>
  );
}

const ofTransport = new Set(['accept', 'content-length', 'content-type', 'origin', 'user-agent']);

function answerOf({ request }: Extract<Entry, { kind: 'request' }>): string {
  const { status, state, step, reason, duration } = request;
  if (duration === null) return '…';
  if (status === null) return `no answer ${duration} ms`;
  return [status, state, step, reason && `“${reason}”`, `${duration} ms`].filter(Boolean).join(' ');
}

const eventOf = (eventType: string) => eventType.replace(/^xstate\./, '');

const clock = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
});

const timeOf = ({ time }: Entry) => clock.format(time);

const lineOf = (entry: Entry) => `${timeOf(entry)}  ${textOf(entry)}`;

function textOf(entry: Entry): string {
  if (entry.kind !== 'request') return entry.line;
  return `${entry.request.method} ${entry.request.path} ${answerOf(entry)}`;
}
