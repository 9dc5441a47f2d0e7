import { type Case, type Findings, livingOf } from './case.ts'
import { judgePresence, judgeScope, judgeSeries } from './judge-presence.ts'
import { judgeRest, judgeStrangers } from './judge-rest.ts'
import { judgeValues } from './judge-values.ts'
import { NAMES, SIDES } from './sides.ts'

/** Compares both services with what users did, by the rules alone; the product is asked only for what it kept. */
export function judge(given: Case): Findings {
  const findings: Findings = {
    lost: [],
    doubled: [],
    unsettled: [],
    windows: 0,
    asked: given.kept.questions.length,
  }
  for (const token of given.doings.tokens) {
    const living = livingOf(given, token)
    for (const side of SIDES)
      if (living[side].length > 1)
        findings.doubled.push(`${token} is ${living[side].length} times in ${NAMES[side]}`)
    if (given.doings.repeats.has(token)) judgeSeries(given, token, living, findings)
    judgePresence(given, token, living, findings)
    judgeScope(given, token, living, findings)
    judgeValues(given, token, living, findings)
  }
  judgeStrangers(given, findings)
  judgeRest(given, findings)
  return findings
}
