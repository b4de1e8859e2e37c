// A process that forgets somebody and ends by kill -9 at a step. Arguments: the data directory, the number, the step.

import { forget } from '../../src/app/forget.ts';
import { subjectOf } from '../../src/archive/privacy/subject.ts';
import { forgetInService } from '../../src/service/forget-in-service.ts';

const [data, number, at] = process.argv.slice(2) as [string, string, string];
const now = Date.parse('2026-06-04T00:00:00Z');
const subject = subjectOf(number)!;

await forget({
  ...{ data, subject, now, ofService: () => forgetInService(data, subject, now) },
  onFailpoint: (step) => {
    if (step === at) process.kill(process.pid, 'SIGKILL');
  },
});
