import { type ReactNode, useEffect, useState } from 'react';
import type { Scene } from './scene.ts';
import { network, type Span } from './surroundings.ts';

const minute = 60_000;
const spans: Readonly<Record<string, Span>> = {
  '+ 1 min': { milliseconds: minute, words: '1 minute' },
  '+ 1 h': { milliseconds: 60 * minute, words: '1 hour' },
  '+ 24 h': { milliseconds: 24 * 60 * minute, words: '24 hours' },
};

const latencies = [0, 600, 3_000];

/** The clock, and buttons to move it. */
export function TimeControls({ pass, children }: { pass: (span: Span) => void; children?: ReactNode }) {
  return (
    <div>
      <h2>
        Time <Clock />
      </h2>
      <div className="buttons">
        {Object.entries(spans).map(([label, span]) => (
          <button key={label} type="button" onClick={() => pass(span)}>
            {label} <span className="unseen">({span.words} later)</span>
          </button>
        ))}
        {children}
      </div>
    </div>
  );
}

/** Further controls: let time pass, use the session, end it. */
export function World({ scene: { server, callApi }, isSignedIn }: { scene: Scene; isSignedIn: boolean }) {
  const [latency, setLatency] = useState(network.latency);
  return (
    <section className="world" aria-label="The world around">
      {server && (
        <>
          <TimeControls pass={server.pass} />
          <label>
            <span>Network delay</span>
            <select
              value={latency}
              onChange={({ target }) => {
                network.latency = Number(target.value);
                setLatency(network.latency);
              }}
            >
              {latencies.map((value) => (
                <option key={value} value={value}>
                  {value / 1000} s
                </option>
              ))}
            </select>
          </label>
        </>
      )}
      <div>
        <h2>Session</h2>
        <div className="buttons">
          <button type="button" disabled={!isSignedIn} onClick={callApi}>
            Call the API
          </button>
          {server && (
            <button type="button" disabled={!isSignedIn} onClick={server.endSessions}>
              End it at the server
            </button>
          )}
        </div>
      </div>
    </section>
  );
}

export const weekdayAndTime = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

function Clock() {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return <time>{weekdayAndTime.format(now)}</time>;
}
