// The directory of a demo: where its files, its ledger and its reports are. No other directory is ever emptied.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HesabuError } from '../../domain/errors.ts';

/** A file that marks a demo's directory. */
const MARKER = 'made-by-hesabu-demo';

export interface DemoPlaces {
  readonly shop: string;
  readonly ledger: string;
  readonly reports: string;
  /** The configuration of the service with which people work. */
  readonly config: string;
}

/** Creates an empty directory for the demo, or empties one that a demo created. Never touches other files. */
export function prepareDemo(dir: string): DemoPlaces {
  const isOurs = existsSync(join(dir, MARKER));
  if (!isOurs && existsSync(dir) && readdirSync(dir).length > 0) {
    throw new HesabuError('HESABU_USAGE', { where: dir, expected: 'an empty directory, or one that a demo created' });
  }
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, MARKER), '');
  const [shop, ledger, reports] = [join(dir, 'shop'), join(dir, 'books'), join(dir, 'reports')];
  return { shop, ledger, reports, config: join(dir, 'hesabu.yaml') };
}
