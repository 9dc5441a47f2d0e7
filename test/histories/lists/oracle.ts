import { type Case, type Findings, livingOf } from './case.ts'
import { judgeOwn, judgeRest, judgeStrangers } from './judge-own.ts'
import { judgeDoubles, judgePresence, judgeSeries } from './judge-presence.ts'
import { judgeValues } from './judge-values.ts'

/** Compares both services with what users did, by the rules alone; the product is asked only for what it kept. */
export function judge(given: Case): Findings {
  const { kept } = given
  const findings: Findings = {
    lost: [],
    doubled: [],
    unsettled: [],
    windows: 0,
    asked: kept.questions.length,
  }
  for (const token of given.doings.made.keys()) {
    const living = livingOf(given, token)
    judgeDoubles(given, token, findings)
    judgeSeries(given, token, living, findings)
    judgePresence(given, token, living, findings)
    judgeValues(given, token, living, findings)
    judgeOwn(given, token, living, findings)
  }
  judgeStrangers(given, findings)
  judgeRest(given, findings)
  return findings
}
