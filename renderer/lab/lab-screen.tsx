import { useEffect } from 'react';
import { Button, FileTrigger, Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import type { ScreenProps } from '../screens.ts';
import { useStore } from '../store.ts';
import { strings } from '../strings.ts';
import { useStudio } from '../studio/studio-context.ts';
import { ComparePage } from './compare-page.tsx';
import { ExamplesPage } from './examples-page.tsx';
import type { LabPage } from './lab-settings.ts';
import { LighterPage } from './lighter-page.tsx';
import { SearchPage } from './search-page.tsx';
import './lab-screen.css';

const PAGES = { compare: ComparePage, search: SearchPage, lighter: LighterPage, examples: ExamplesPage } as const;
const NAMES = Object.keys(PAGES) as LabPage[];

/** Experiments: cells compared, settings searched, models made lighter, and what recurrent networks are good for. */
export function LabScreen(_: ScreenProps) {
  const { lab } = useStudio();
  const { page } = useStore(lab.settings);
  useEffect(() => void lab.refresh(), [lab]);
  const text = strings.lab;
  return (
    <main className="lab">
      <div className="lab-head">
        <h1>{text.title}</h1>
        <FileTrigger
          acceptedFileTypes={['.json', '.jsonl', '.txt']}
          onSelect={(files) => files?.[0] && void lab.open(files[0])}
        >
          <Button className="button">{text.open}</Button>
        </FileTrigger>
      </div>
      <Tabs
        className="lab-tabs"
        keyboardActivation="manual"
        selectedKey={page}
        onSelectionChange={(key) => lab.change({ page: key as LabPage })}
      >
        <TabList className="lab-tab-list" aria-label={text.title}>
          {NAMES.map((name) => (
            <Tab key={name} id={name} className="lab-tab">
              {text.pages[name]}
            </Tab>
          ))}
        </TabList>
        {NAMES.map((name) => {
          const Page = PAGES[name];
          return (
            <TabPanel key={name} id={name} className="lab-page">
              <Page />
            </TabPanel>
          );
        })}
      </Tabs>
    </main>
  );
}
