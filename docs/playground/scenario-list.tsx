import { type Scenario, scenarios } from './scenarios.ts';

/** What there is to be seen, each with an address of its own. */
export function ScenarioList({ current }: { current: Scenario | null }) {
  return (
    <nav className="scenarios" aria-label="What the server does">
      {Object.entries(scenarios).map(([kind, list]) => (
        <section key={kind}>
          <h2>{kind}</h2>
          <ul>
            {list.map((scenario) => (
              <li key={scenario.name}>
                <a href={`#${scenario.name}`} aria-current={scenario === current ? 'page' : undefined}>
                  {scenario.title}
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
