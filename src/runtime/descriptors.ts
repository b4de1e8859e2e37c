// How many more files and connections this process may open.

import { readdirSync } from 'node:fs';

interface ProcessLimits {
  readonly userLimits?: { readonly open_files?: { readonly soft: number | 'unlimited' } };
}

/** Assumed where the system does not list what is open. */
const OPEN_USUALLY = 64;

/** Infinity if the system sets no limit, or does not tell it. */
export function freeDescriptors(): number {
  // Otherwise the report asks for the names of addresses, which may take seconds.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as ProcessLimits;
  const most = Number(userLimits?.open_files?.soft);
  return Number.isNaN(most) ? Number.POSITIVE_INFINITY : Math.max(0, most - countOpen());
}

function countOpen(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return OPEN_USUALLY;
  }
}
