// A process that works a batch and is killed in its middle. Arguments: the directory, and after which write of facts or
// before which mark of rows it ends, such as `append 2` or `settle 1`.

import pino from 'pino';
import { BatchRunner } from '../../src/http/api/cases/batch-runner.ts';
import { openServiceDatabase } from '../../src/runtime/service-database.ts';
import { apiTables } from '../../src/service/tables/api-tables.ts';
import { SERVICE } from '../matching/given-decisions.ts';
import { openLiveLedger, StillClock } from '../service/ledger/given-live-ledger.ts';

const [dir, step, nth] = process.argv.slice(2) as [string, 'append' | 'settle', string];
let left = Number(nth);
const die = (at: typeof step) => {
  if (at === step && --left === 0) process.kill(process.pid, 'SIGKILL');
};

const clock = new StillClock();
const ledger = await openLiveLedger(dir, clock);
const { batches: store } = apiTables(openServiceDatabase(dir), clock);
const runner = new BatchRunner({
  ...{ clock, logger: pino({ level: 'silent' }), decisionKey: SERVICE, roundRows: 4 },
  ledger: {
    ...{ cases: ledger.cases, loop: ledger.loop },
    writer: {
      importFile: () => Promise.reject(new Error('nothing is imported here')),
      append: async (facts) => {
        await ledger.writer.append(facts);
        die('append');
      },
    },
  },
  store: {
    add: (batch, rows) => store.add(batch, rows),
    get: (id) => store.get(id),
    of: (person, limit) => store.of(person, limit),
    rows: (question) => store.rows(question),
    counts: (batch, merchants) => store.counts(batch, merchants),
    unfinished: () => store.unfinished(),
    settle: (batch, outcomes) => {
      die('settle');
      return store.settle(batch, outcomes);
    },
    finish: (batch, at) => store.finish(batch, at),
  },
});
runner.wake();
