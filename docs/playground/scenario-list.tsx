import { type Scenario, scenarios } from './scenarios.ts';

/** The list of scenarios. Each has its own address. */
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
