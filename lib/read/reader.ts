import type { Clock } from '../core/clock.ts'
import type { Settings } from '../core/settings.ts'
import type { Store } from '../store/store.ts'
import { type Library, openLibrary } from './asking.ts'
import { context } from './context.ts'
import { count } from './count.ts'
import { explain } from './explain.ts'
import type { FarFleet } from './far-fleet.ts'
import { fields } from './fields.ts'
import type { Fleet } from './fleet.ts'
import { follow } from './follow.ts'
import { histogram } from './histogram.ts'
import { hours } from './hours.ts'
import type {
  ContextAnswer,
  ContextQuestion,
  CountAnswer,
  ExplainQuestion,
  Explanation,
  FieldsAnswer,
  FieldsQuestion,
  FollowQuestion,
  HistogramAnswer,
  HistogramQuestion,
  Hits,
  HoursAnswer,
  HoursQuestion,
  News,
  SearchQuestion,
  Selection,
  StreamsAnswer,
  TermsAnswer,
  TermsQuestion,
  ValuesAnswer,
  ValuesQuestion,
} from './question.ts'
import { search } from './search.ts'
import { type StreamsQuestion, streams } from './streams.ts'
import { terms } from './terms.ts'
import { values } from './values.ts'

/** Answers questions about one archive. */
export interface Reader {
  search(question: SearchQuestion): Hits
  count(question: Selection): Promise<CountAnswer>
  histogram(question: HistogramQuestion): Promise<HistogramAnswer>
  values(question: ValuesQuestion): Promise<ValuesAnswer>
  explain(question: ExplainQuestion): Promise<Explanation>
  streams(question?: StreamsQuestion): Promise<StreamsAnswer>
  terms(question: TermsQuestion): Promise<TermsAnswer>
  fields(question?: FieldsQuestion): Promise<FieldsAnswer>
  follow(question: FollowQuestion): AsyncIterable<News>
  hours(question: HoursQuestion): Promise<HoursAnswer>
  context(question: ContextQuestion): Promise<ContextAnswer>
}

export interface ReaderOptions {
  readonly store: Store
  readonly clock: Clock
  readonly settings: Settings
  /** Looks through the frames of heavy questions; without one this thread does. */
  readonly fleet?: Fleet | undefined
  /** Looks through what is left of them once they are heavy, and fetches it itself. */
  readonly farFleet?: FarFleet | undefined
}

/** One reader serves a whole process: its questions share what cannot have changed. */
export function createReader(options: ReaderOptions): Reader {
  const library: Library = openLibrary(options)
  return {
    search: question => search(library, question),
    count: question => count(library, question),
    histogram: question => histogram(library, question),
    values: question => values(library, question),
    explain: question => explain(library, question),
    streams: question => streams(library, question),
    terms: question => terms(library, question),
    fields: question => fields(library, question),
    follow: question => follow(library, question),
    hours: question => hours(library, question),
    context: question => context(library, question),
  }
}
