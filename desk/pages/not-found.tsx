// An address that is none.

import { Link } from 'wouter';
import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';

export function NotFoundPage() {
  const { notFound } = useWords();
  return (
    <Page title={notFound.title}>
      <Empty title={notFound.title} hint={notFound.hint}>
        <Link href="/">{notFound.home}</Link>
      </Empty>
    </Page>
  );
}
