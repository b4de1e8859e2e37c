// Where days are closed.

import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';

export function CalendarPage() {
  const { calendar } = useWords();
  return (
    <Page title={calendar.title}>
      <Empty title={calendar.soon} />
    </Page>
  );
}
