import { type CSSProperties, Fragment, useEffect, useRef, useState } from 'react';
import type { Box, Chart, DrawnArrow, DrawnState } from './chart-data.ts';
import type { Seen, Step } from './recorder.ts';

/** The statechart: the current state, or that of each tab, and how it was reached. */
export function StateChart({ chart, seen: { places, steps } }: { chart: Chart; seen: Seen }) {
  const [pointed, setPointed] = useState<string | null>(null);
  const region = useRef<HTMLElement>(null);
  const last = steps.at(-1);
  const lastArrow = last && chart.arrows.find((arrow) => isOn(last, arrow));
  const state = last?.to ?? places[0]?.state ?? '';
  const tabsIn = (key: string) => places.filter((place) => place.state === key);
  useEffect(() => show(region.current, state), [state]);

  return (
    <section className="machine" aria-labelledby="machine-title">
      <header>
        <h2 id="machine-title">The machine</h2>
        <p role="status" className="state-line">
          {places.map((place, index) => (
            <Fragment key={place.tab}>
              {index > 0 && ', '}
              {place.tab || 'state'}: <code>{place.state}</code>
            </Fragment>
          ))}
        </p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys. */}
      <section className="chart" ref={region} aria-label="Statechart" tabIndex={0}>
        <div
          className="drawing"
          style={{ '--width': chart.width, aspectRatio: `${chart.width} / ${chart.height}` } as CSSProperties}
        >
          <svg viewBox={`0 0 ${chart.width} ${chart.height}`} aria-hidden="true">
            <defs>
              {['tip', 'taken-tip', 'last-tip'].map((id) => (
                <marker
                  key={id}
                  id={id}
                  viewBox="0 0 8 8"
                  refX="7"
                  refY="4"
                  markerWidth="8"
                  markerHeight="8"
                  markerUnits="userSpaceOnUse"
                  orient="auto"
                >
                  <path d="M0 0 8 4 0 8z" />
                </marker>
              ))}
            </defs>
            <path className="arrow" d={chart.start.path} />
            <circle className="start" cx={chart.start.box.x + 6} cy={chart.start.box.y + 6} r="6" />
            {inOrder(chart, steps).map((arrow) => (
              <path
                key={`${arrow.from} ${arrow.to}`}
                className={arrow === lastArrow ? 'arrow last' : hasTaken(steps, arrow) ? 'arrow taken' : 'arrow'}
                d={arrow.path}
              />
            ))}
            {last && <path key={steps.length} className="pulse" pathLength="1" d={lastArrow?.path} />}
            {chart.arrows.map((arrow) => (
              <Label key={`${arrow.from} ${arrow.to}`} arrow={arrow} steps={steps} />
            ))}
          </svg>
          {chart.states.map((each) => (
            <button
              key={each.key}
              type="button"
              className="node"
              style={placeOf(each.box, chart)}
              data-state={each.key}
              data-busy={each.isBusy || undefined}
              data-passed={steps.some(({ from, to }) => each.key === from || each.key === to) || undefined}
              aria-current={tabsIn(each.key).length > 0 ? 'step' : undefined}
              aria-description={each.description}
              onPointerEnter={() => setPointed(each.key)}
              onPointerLeave={() => setPointed(null)}
              onFocus={() => setPointed(each.key)}
              onBlur={() => setPointed(null)}
            >
              <strong>{each.key}</strong>
              {each.jobs.map((job) => (
                <span key={job}>{job}</span>
              ))}
              {tabsIn(each.key).some(({ tab }) => tab) && (
                <span className="flag">
                  {tabsIn(each.key)
                    .map(({ tab }) => tab)
                    .join(', ')}
                </span>
              )}
            </button>
          ))}
        </div>
      </section>
      <Explanation state={chart.states.find(({ key }) => key === (pointed ?? state))} />
    </section>
  );
}

function Label({ arrow: { from, to, box, labels }, steps }: { arrow: DrawnArrow; steps: readonly Step[] }) {
  const isTaken = (label: (typeof labels)[number]) =>
    steps.some(
      (step) =>
        step.from === from && step.to === to && step.eventType === label.eventType && step.guard === label.guard,
    );
  return (
    <>
      <rect className="label" {...box} rx="6" />
      {labels.map((label, index) => (
        <text key={label.text} x={box.x + 7} y={box.y + 14 + index * 15} data-taken={isTaken(label) || undefined}>
          {label.text}
        </text>
      ))}
    </>
  );
}

/** The meaning of a state, and its transitions. */
function Explanation({ state }: { state: DrawnState | undefined }) {
  if (!state) return null;
  return (
    <div className="explanation">
      <div>
        <h3>
          <code>{state.key}</code>
        </h3>
        <p>{state.description}</p>
      </div>
      <dl>
        {state.ways.map(({ event, service, guard, target, description }) => (
          <div key={`${event} ${guard}`}>
            <dt>
              <code>
                {service ? `${service} ${event}` : event}
                {guard && ` [${guard}]`} → {target}
              </code>
            </dt>
            <dd>{description}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const isOn = ({ from, to }: Step, arrow: DrawnArrow) => arrow.from === from && arrow.to === to;

const hasTaken = (steps: readonly Step[], arrow: DrawnArrow) => steps.some((step) => isOn(step, arrow));

/** Arrows that were taken are drawn over the others, and the last one over all. */
const inOrder = ({ arrows }: Chart, steps: readonly Step[]): DrawnArrow[] => {
  const rank = (arrow: DrawnArrow) => steps.findLastIndex((step) => isOn(step, arrow));
  return arrows.toSorted((a, b) => rank(a) - rank(b));
};

const percent = (part: number, whole: number) => `${(part / whole) * 100}%`;

const placeOf = ({ x, y, width, height }: Box, chart: Chart) => ({
  left: percent(x, chart.width),
  top: percent(y, chart.height),
  width: percent(width, chart.width),
  height: percent(height, chart.height),
});

/** Scrolls the chart, not the page, to the current state. */
function show(region: HTMLElement | null, state: string): void {
  const node = region?.querySelector<HTMLElement>(`[data-state="${state}"]`);
  if (region && node) region.scrollTo({ left: node.offsetLeft + node.offsetWidth / 2 - region.clientWidth / 2 });
}
