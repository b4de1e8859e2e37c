// A process that reopens a ledger and ends by kill -9 when the log has committed for the nth time. Arguments: the data
// directory, the time, and the number.

import { reopen } from '../../src/app/reopen.ts';

const [data, asOf, occurrence] = process.argv.slice(2) as [string, string, string];

let passed = 0;
await reopen({
  data,
  asOf,
  why: 'the clock ran ahead',
  onFailpoint: (step) => {
    if (step === 'append:committed' && ++passed === Number(occurrence)) process.kill(process.pid, 'SIGKILL');
  },
});
