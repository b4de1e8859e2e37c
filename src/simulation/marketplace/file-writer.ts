// Writes a simulation to disk, as the files that a shop would have.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Simulation } from './simulation.ts';

/** Writes `rules.yaml` and one directory for each day into `dir`, which is created if it is missing. */
export function writeSimulation(simulation: Simulation, dir: string): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'rules.yaml'), simulation.rules);
  for (const day of simulation.days) {
    mkdirSync(join(dir, day.name), { recursive: true });
    for (const file of day.files) writeFileSync(join(dir, day.name, file.name), file.text);
  }
}
