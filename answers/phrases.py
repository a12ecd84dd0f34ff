"""The ways people ask, as patterns of whole sentences. `S` is what the question is about, `O` a second thing.

Order decides where two patterns fit: the more particular one stands first. What `S` holds is looked up in the
catalog afterwards, so a pattern that cuts a name in two loses to one that doesn't.
"""

# ruff: noqa: E501 - one pattern a line reads better than one that is broken
from typing import Final

_OWN: Final = (
    r"(?:own(?:s|ed|ing)?|maintain(?:s|ed|ing)?|look(?:s|ed|ing)? after|run(?:s|ning)?|manag(?:e|es|ed|ing)|built|"
    r"build(?:s|ing)?|made|makes?|wrote|writes|develop(?:s|ed|ing)?|created|support(?:s|ing)?|tak(?:e|es|ing) care of|"
    r"handl(?:e|es|ing)|deal(?:s|ing)? with|responsible for|in charge of|behind|accountable for|on the hook for|"
    r"the (?:current |right )?(?:owners?|maintainers?) (?:of|for)|responsible|keeps?|operates?|leads?|holds?|has|"
    r"the (?:team|people|person|group) (?:behind|responsible for|for)|(?:the )?(?:contact|poc)(?: person)? (?:for|of)|"
    r"work(?:s|ing) on|babysit(?:s|ting)?|stewards?)"
)
_ADVERBS: Final = r"(?:(?:the hell|the heck|currently|actually|really|now|still|that|who|officially|team) )*"
_TEAM: Final = (
    r"(?:(?:which|what|whose) (?:\w+ )?(?:teams?|groups?|squads?|departments?|people|persons?|crew|depts?|folks|"
    r"engineers?|devs?|org|tribe|unit)(?:'s| is| are| was)?)"
)
_WHO: Final = rf"(?:who(?:'?s| is| are| was|m)?|{_TEAM})"
_ONCALL: Final = (
    r"(?:on[- ]?call(?:ing)?|on[- ](?:the )?pager(?:[- ]?duty)?|pager[- ]?duty|on[- ]duty|on (?:the )?rota|on support)"
)
_NOW: Final = r"(?: (?:today|tonight|now|right now|currently|at the moment|this week|this weekend|atm|these days))*"
_DOWN: Final = (
    r"(?:is|are|was|goes?|gets?|dies?|breaks?|fails?|falls?|crash(?:es)?|stops?|went|has|seems?|looks?|keeps?|"
    r"throws?|starts?|becomes?|blows?|disappears?|were|would|ever|acts?|'s|melts?)\b"
)
_USE: Final = (
    r"(?:depend(?:s|ed|ing|ent)?(?: up)?(?:on| on)?|rel(?:y|ies|ied|ying|iant)(?: up)? ?on|uses?|using|used|needs?|"
    r"needing|requires?|requiring|talks? to|talking to|connects? to|connecting to|reads? from|reading from|"
    r"writes? to|writing to|integrat(?:e|es|ed|ing) with|imports?|importing|(?:is |are )?built (?:up)?on(?: top of)?|"
    r"builds? on|leans? on|hangs? off)"
)
_CALL: Final = (
    r"(?:consum(?:e|es|ed|ing)|calls?|calling|hits?|hitting|invok(?:e|es|ing)|subscrib(?:e|es|ed|ing) to|"
    r"listens? to|listening to|quer(?:y|ies|ying))"
)
_STILL: Final = r"(?:(?:still|also|actually|currently|directly|now|all|ever|really|to) )*"
_STOP: Final = (
    r"(?:take down|taking down|turn off|turning off|switch off|switching off|shut down|shutting down|shut off|kill|"
    r"killing|delete|deleting|drop|dropping|remove|removing|retire|retiring|deprecate|deprecating|decommission|"
    r"decommissioning|sunset|sunsetting|stop|stopping|disable|disabling|break|breaking|lose|losing|restart|"
    r"restarting|change|changing|upgrade|upgrading|migrate|migrating|pull|unplug|reboot|touch|get rid of|"
    r"turn|switch|take|shut|scale down|replace|rename|move|bring down|unpublish)"
)
_ME: Final = r"(?:i|we|you|someone|somebody|they|u|one|it's ok to|team)"
_INNER: Final = (
    rf"(?:(?:{_ME} )?(?:were to |had to |would |will |just |accidentally )*{_STOP} (?:the )?S(?: down| off| away)?"
    rf"|S {_DOWN}.*|S)"
)
_DOC: Final = (
    r"(?:tech ?docs?|docs?|documentation|documents?|manual|user guide|guides?|wiki|readme|tutorial|how-?to|playbook|"
    r"doc(?:s|umentation)? (?:page|site)|docs pages?|handbook|architecture docs?|adrs?|onboarding)"
)
_RUNBOOK: Final = r"(?:run ?books?|run-books?)"
_LINK: Final = (
    r"(?:dash ?boards?|grafana|repo(?:sitory)?|repos|source(?: code)?|code ?base|code|git ?hub(?: repo)?|git ?lab|git|"
    r"logs?|kibana|monitoring|metrics|monitors?|graphs|links?|urls?|web ?site|jira|board|sentry|slos?|home ?page|"
    r"status ?page|pipelines?|ci|builds?|bookmarks|alerts|traces|backlog|ticket queue|web page|gallery)"
)
_SPEC: Final = (
    r"(?:(?:(?:open ?api|swagger|graph ?ql|g?rpc|async ?api|api|json|yaml|wsdl|avro|protobuf|interface) )?"
    r"(?:spec(?:s|ification)?|definitions?|schemas?|contract|proto(?: file|buf)?|swagger|open ?api|async ?api|wsdl|sdl|"
    r"end ?points?|operations|interface)(?: file| doc| docs| document| json| yaml)?)"
)
_FOR: Final = r"(?:for|of|on|about|to|from|in|behind|around|regarding|describing)"
_SUBTEAMS: Final = (
    r"(?:sub-?teams?|sub-?groups?|child(?:ren)? ?(?:teams?|groups?)?|sub ?teams?|sub ?groups?|teams|groups|squads|"
    r"child teams|departments)"
)
_GONE: Final = (
    r"(?:deprecated|experimental|in prod(?:uction)?|production(?:[- ]ready)?|prod(?:uction)?[- ]ready|prod|live|stable|"
    r"alive|supported|legacy|obsolete|end[- ]of[- ]life|eol|going away|retired|sunset(?:ted)?|dead|safe to use|"
    r"being (?:retired|deprecated|replaced|phased out|sunset)|replaced|superseded|outdated|old|mature|ga|beta|alpha|"
    r"ready(?: for prod(?:uction)?)?|around|recommended|ok to use|decommissioned|discontinued|phased out)"
)
_SINCE: Final = (
    r"(?: (?:today|yesterday|since .+|this (?:week|month|morning)|last (?:week|night|month)|lately|recently|"
    r"(?:in|over|within|during) (?:the )?(?:last|past) .+|overnight|so far|now))?"
)
_MADE: Final = (
    r"(?:create|creating|make|scaffold|scaffolding|start|bootstrap|generate|spin up|set ?up|setting up|add|build|"
    r"launch|kick off|initiali[sz]e)"
)
_CONTACT: Final = r"(?:e-?mail(?: address)?|phone(?: number)?|slack(?: handle| id| name)?|contact(?: details| info| data)?|address|handle|dm)"

RULES: Final = tuple(
    line
    for line in rf"""
docs | docs?: Q
docs | (?:can|could|would|will) (?:you|u|someone|somebody|anyone)(?: please| pls| just)* (?P<q>(?:re-?start|re-?boot|re-?deploy|deploy|roll ?back|scale|release|ship|re-?run|fix|bounce|fail ?over|restore|rotate|page out|patch) .+)
mine | (?:what|which things|things|stuff|everything|all)(?: (?:things|stuff|all))?(?: (?:do|are|is|that|which))? (?:i|we|my team|our team|my teams|our teams)(?: all)? (?:own|look after|maintain|have|run|responsible for)
mine | what(?:'?s| is| are) (?:mine|ours|my (?:stuff|things)|our (?:stuff|things))
mine | (?:list |all )?(?:of )?(?:my|our)(?: team'?s?)? (?:own )?(?:stuff|things|entities|everything|belongings|catalog|ownership)
mine | mine|ours|what am i responsible for|what are we responsible for|what do i look after|what's on my plate
mine | (?:what|which|everything|all|things|stuff)(?: things| stuff)?(?: (?:do|are|is|that|which))? (?:me and my team|my team and (?:me|i)|i and my team|the team and i|me)(?: (?:all|are|is|am))* (?:own|look after|maintain|have|run|responsible for|in charge of|on the hook for)
user_teams | (?:which|what) (?:teams?|groups?|squads?)(?: are| am| is| do| does)? (?P<me>i|we|me)(?: (?:am|are))?(?: (?:in|on|part of|a member of|belong to|work (?:in|for|on)|member of))?
user_teams | (?:what(?:'?s| is| are)|list|which is)? ?(?P<me>my|our) (?:teams?|groups?|squads?)
person | who(?:'?m)? am (?P<me>i)|(?P<me2>me)|my profile
changes | what(?:'?s| has| is| have|'ve)?(?: (?:been|got|recently|all))* (?:changed|new|happened|different|happening|changing|updated|going on|modified|added|removed|deleted|broken){_SINCE}
changes | what(?:'?s| has| is| have)?(?: (?:been|got|recently))* (?:changed|new|happened|different|happening|changing|updated|going on|modified|up)(?: (?:with|in|on|to|about|for|around|at|of|by))+ (?:the catalog|S){_SINCE}
changes | what (?:did|has|have) changed?{_SINCE}
changes | what (?:did|has) S changed?{_SINCE}
changes | (?:any |all |the )?(?:recent |latest |last |new )*(?:changes?|updates?|change ?log|history|news|activity|modifications)(?: (?:to|in|of|for|on|with|about) S)?{_SINCE}
changes | S(?:'s)? (?:recent |latest )?(?:changes|history|change ?log|activity){_SINCE}
changes | when (?:was|did|has|were) S (?:last |been |get )*(?:changed?|updated?|modified|touched|edited)
changes | (?:has|have|did) (?:anything|something) (?:changed?|happen(?:ed)?)(?: (?:with|in|on|to|about|for) S)?{_SINCE}
count_dependents | how many (?P<what>.+?) {_STILL}(?:are )?(?:{_USE}|{_CALL}) S
count_dependents | (?:count|number) of (?:dependents|consumers|users|dependants)(?: of| for| on) S
count_members | how many (?:people|members|engineers|users|persons|devs|developers|folks|employees|colleagues)(?: are| work| is| do we have| belong| there| there are)*(?: (?:in|on|for|at|of|to)) S
count_members | (?:how many (?:people|members|engineers)|what size|how (?:big|large)) (?:does|is) S(?: have)?|(?:number of|count) (?:people|members|engineers) (?:in|of|on) S|(?:size|headcount|head count) of S
create | {_MADE} (?:me |us )?(?:a |an |some |the )?(?:brand )?new S
create | {_MADE} (?:me |us )?(?:a |an |some )S
create | (?:i|we)(?:'d| would| will|'ll)? (?:want|need|like|love|gotta|have)(?: to)?(?: {_MADE})? (?:a |an |some )?(?:brand )?new S
create | (?:i|we)(?:'d| would)? (?:want|need|like|love|have) (?:to )?{_MADE} (?:a |an |some |new )?S
create | how (?:do|can|would|should|to)(?: i| we| you)? {_MADE} (?:a |an )?(?:brand )?new S
create | (?:a )?new S
create | {_MADE}(?: (?:something|things|stuff|one))?(?: new)?|(?:i|we)(?:'d| would)? (?:want|need|like) to {_MADE}(?: (?:something|sth))?(?: new)?|what (?:can|could) i create|(?:list |show |which |what )?(?:software )?templates?(?: (?:are there|do we have|exist|can i use))?
oncall | {_WHO}(?: (?:that|the one|person|engineer))*(?: is| are)? (?:the )?(?:primary |current |first |next )*{_ONCALL}(?: person| engineer| dev| contact)?{_NOW} (?:for|of|on|at|in|with|from|to) S
oncall | {_WHO}(?: is| are)? (?:the )?(?:primary |current |next )?{_ONCALL}(?: person| engineer| dev| contact)?{_NOW}(?: for (?:that|this|it|them))?
oncall | is (?:there )?(?:any ?(?:body|one)|some ?(?:body|one)) {_ONCALL}{_NOW} (?:for|of|on|at|in|with) S
oncall | (?:any ?(?:body|one)|some ?(?:body|one)) {_ONCALL}{_NOW} (?:for|of|on|at|in|with) S
oncall | (?:the |current |what'?s the |what is the )*{_ONCALL}(?:'?s)?(?: person| engineer| contact| rota| schedule| team| details| info)?{_NOW}(?: (?:for|of|on|in|at))? S
oncall | S(?:'s)? {_ONCALL}(?: person| engineer| contact| rota| schedule)?{_NOW}
oncall | who (?:do|should|can|must|shall|to|could|would|gets?|needs? to be)(?: i| we| you| one)?(?: (?:have|need) to)? (?:page|paged|wake(?: up)?|woken(?: up)?|call|called|phone|ring|alert|alerted|escalate to)(?: (?:for|about|when|if|with|regarding|in case))* (?:the )?S {_DOWN}.*
oncall | who (?:do|should|can|must|shall|to|could|would|gets?|needs? to be)(?: i| we| you| one)?(?: (?:have|need) to)? (?:page|paged|wake(?: up)?|woken(?: up)?|call|called|phone|ring|alert|alerted|escalate to)(?: (?:for|about|when|if|with|regarding))* S
oncall | who (?:do|should|can|must|to)(?: i| we| you)? (?:page|wake(?: up)?|call|phone|ring|alert|escalate to)
oncall | S (?:is|are|'s|seems?|went|has|have|keeps?|looks?|just)(?: \w+){{0,6}}?[,.;:]?(?: so)? (?:who|whom)(?:'?s| do| should| can| is| to)? .*(?:page|call|wake|ping|contact|ask|talk|tell|phone|{_ONCALL}).*
oncall | (?:emergency|incident|escalation|out of hours|ooh|after hours|24/7)(?: contacts?| path| policy| number| person| phone)? (?:for|of|on|with) S
oncall | (?:who(?:'?s| is| are) )?(?:covering|on cover for|holding the pager for|carrying the pager for) S
oncall | (?:page|escalate) (?:the )?S
impact | (?:what|who|which \w+)(?: else| all)? (?:will |would |might |could |can |gets? |does |is |are |is going to |'s going to )*(?:break|breaks|broken|happens?|stops?|fails?|goes? down|affected|be affected|impacted|be impacted|die|dies|hurt|notices?|suffers?|be hit|hit|down|complain|explodes?)(?: working| to us)?(?: (?:if|when|after|by|once|should|because|in case|with|without|from))* {_INNER}
impact | (?:who|whom|which \w+|what \w+) (?:do|should|must|would|shall|to|can|could)(?: (?:i|we|you))?(?: (?:need|have|want))?(?: to)? (?:warn|notify|inform|alert|give a heads[- ]?up|heads[- ]?up)(?: (?:about|before|if|when|that|for|first|to))* {_INNER}
impact | what if {_INNER}
impact | (?:what(?:'?s| is| would be| are) )?(?:the )?(?:blast[- ]?radius|impact(?: analysis)?|fallout|consequences?|effects?|knock-on effects?|ripple effects?|risks?)(?: (?:of|for|on|if|when|from|in))*(?: (?:an? |the )?(?:outage|failure|loss|downtime|incident|crash|removal|change|changes|shutdown|maintenance|deprecation|retirement|deletion)(?: (?:of|to|in|with|on|for))?)? {_INNER}
impact | (?:if|when|suppose|should|say) {_INNER}[, ]+(?:then )?(?:who|what|which|how many)\b.*
impact | (?:who|what)(?:'?s| is| are| would be| will be| gets)? (?:affected|impacted|hit|hurt|broken)(?: (?:by|if|when|from))* {_INNER}
impact | (?:can|could|may|should|shall) (?:i|we|you) (?:safely |just |now )*{_STOP} S(?: down| off)?(?: safely)?
impact | (?:is it|would it be|how) (?:safe|ok|okay|fine|risky|bad|dangerous|possible) (?:to|if (?:i|we)) {_STOP} S(?: down| off)?
impact | (?:is it|would it be) (?:safe|ok|okay|fine|risky|bad|dangerous) (?:to|if (?:i|we)) {_STOP} S
impact | S (?:blast radius|impact(?: analysis)?)
lifecycle | what(?:'?s| is| are)? (?:the )?(?:replacements?|successors?|alternatives?) (?:of|for|to) S
lifecycle | (?:replacement|successor|alternatives?) (?:of|for|to) S
lifecycle | what (?:will |is |has )?(?:replac(?:es?|ed|ing)|supersed(?:es?|ed|ing)|succeed(?:s|ed)|instead of) S
lifecycle | what (?:should|can|do) (?:i|we) use (?:instead of|in place of|rather than) S
lifecycle | what (?:is|was|has) S (?:been )?(?:being )?(?:replaced|superseded|succeeded)(?: (?:by|with))?
lifecycle | (?:should|can|may|could|shall) (?:i|we|you|new services?|new code) (?:still )?(?:use|build on|rely on|depend on|adopt|start using|keep using)(?: the)? S
lifecycle | when (?:does|will|is|did|do|are) S (?:go(?:es|ing)? |get(?:ting)? |be(?:ing)? |reach(?:es)? |become )*(?:end[- ]of[- ]life|eol|gone|removed|die|dies|dead|expire|deprecated|sunset|retired|away|turned off|switched off|shut down|end|decommissioned|its end of life|off)(?: .*)?
lifecycle | (?:is|are|was|were|has|have) (?:the )?S (?:been )?(?:still |already |now |officially |really |actually |even |gone )*(?:a |an |in )?{_GONE}(?: .*)?
lifecycle | (?:what(?:'?s| is) )?(?:the )?(?:life ?cycle|status|stage|maturity|eol(?: date)?|end[- ]of[- ]life(?: date)?|deprecation(?: status| date)?|sunset date|state)(?: (?:of|for|on))? S
lifecycle | S(?:'s)? (?:life ?cycle|status|stage|maturity|eol(?: date)?|end[- ]of[- ]life|deprecation|replacement|successor)
lifecycle | what (?:life ?cycle|stage|status|state) (?:is|does|has) S(?: in| have| at)?
dependencies_yes | (?:do|does|did|is|are) (?P<s>.+?) (?:still |directly |indirectly |actually |even )*(?:{_USE}|{_CALL}) O
provides_api | (?:which|what|any|how many)? ?api'?s?(?: end ?points)? (?:do|does|did|is|are|has|can) S (?:expos(?:e|es|ing)|provid(?:e|es|ing)|offer(?:s|ing)?|have|got|implement(?:s|ing)?|publish(?:es|ing)?|serv(?:e|es|ing))
provides_api | (?:(?:which|what|any|all|the) )*api'?s? (?:that are |which are |are |is )?(?:provided|exposed|offered|implemented|published|served) by S
provides_api | what(?: \w+)? (?:does|do) S (?:expose|provide|offer|serve|publish|implement)
provides_api | (?:does|do|has|have) S (?:have|provide|expose|offer|got|publish)?(?: an| any| some| the)? ?(?:public |rest |http |grpc )?apis?
provides_api | S(?:'s)? (?:provided )?apis
provides_api | (?:the )?apis? (?:of|from|by|provided by) S
dependencies | (?:what|which)(?: (?:other )?(?P<what>\w+(?: \w+)?))?? (?:do|does|did|would|will) S {_STILL}(?:{_USE}|{_CALL}|have as dependenc(?:y|ies)|have dependenc(?:y|ies) on|sit on|run on|live on|store (?:its |their )?data in)(?: (?:to|for|in order to|on|at|from|with)\b.*)?
dependencies | (?:what(?:'?s| is| are| all)?|which) (?:is |are )?S (?:built|based|running|dependent|depending|reliant|relying|waiting|sitting)(?: (?:up)?on)?
dependencies | what(?:'?s| is| are) (?:up ?stream)(?: of| from| for)? S
dependencies | (?:list |all |the |what(?:'?s| is| are) |every )*(?:the )?(?:direct |transitive |upstream |runtime )*(?:dependenc(?:y|ies)|deps|prerequisites|requirements|upstreams?)(?: (?:tree|graph|list|map|services|systems))?(?: (?:of|for|from))? S
dependencies | S(?:'s)? (?:direct |transitive |upstream )*(?:dependenc(?:y|ies)|deps|prerequisites|requirements)(?: (?:tree|graph|list|map))?
dependencies | (?:graph|picture|diagram|map|tree) of (?:the )?(?:dependencies|deps|what S depends on)(?: (?:of|for) S)?
picture | (?:(?:show|draw|give)(?: me)? )?(?:the |a )?(?:dependency )?(?:graph|picture|diagram|drawing) (?:of|for) (?!what |the dep|dep|who )S
dependencies | what S (?:depends on|uses|needs|relies on|requires|consumes|calls)
consumers | (?:(?:who|what)(?:'?s| is| are)?|(?:which|what|any|all|list|every) (?P<what>[\w-]+(?: \w+)?)(?:'?s| is| are| that| which)?|any(?:thing|one|body)|is any(?:thing|one|body)|does any(?:thing|one|body)|everything|everyone|services|components|teams|things)(?: (?:that|which|is|are|does|do|else))* {_STILL}{_CALL} S
consumers | (?:(?:list|all|the|which|what|who|are|is|any|known|current|of) )*(?:consumers?|callers?|clients?|subscribers?)(?: (?:of|for|to|on|does|do|has|have))* S(?: have| has)?
consumers | S(?:'s)? (?:consumers?|callers?|clients?|subscribers?)
dependents | (?:(?:who|what)(?:'?s| is| are|(?! do| does| did))?|(?:which|what|any|all|list|every|how many) (?P<what>[\w-]+(?: [\w-]+)?)(?:'?s| is| are| that| which)?|is any(?:thing|one|body)(?: else)?|does any(?:thing|one|body)(?: else)?|any(?:thing|one|body)(?: else)?|everything|everyone|all|things|is there anything|services|components|stuff|graph of what)(?: (?:that|which|is|are|does|do|else|in the company))* {_STILL}{_USE} (?!by$)S
dependents | (?:(?:list|all|the|show|what are|who are|direct|transitive|reverse|everything|anything|things|what(?:'?s| is)) )*(?:dependents?|dependants?|dependencies on|users|down ?stream(?: dependencies| dependents| services| components| consumers| systems)?|reverse dep(?:endencie)?s)(?: (?:of|for|on|from))? S
dependents | S(?:'s)? (?:dependents?|dependants?|users|down ?streams?(?: dependencies| services)?|reverse dep(?:endencie)?s)
dependents | (?:is|are|was) S (?:still )?(?:used|needed|in use|being used|required|consumed|referenced)(?: (?:by|anywhere|for|in)\b.*)?
dependents | (?:where|by (?:whom|what|who)) (?:is|are|do (?:i|we) use) S(?: (?:still )?(?:used|needed|called|consumed))?
dependents | (?:what|who|which \w+)(?:'?s| is| are) S (?:still |being )*(?:used|needed|called|consumed|required) by
api_providers | (?:who|what|which(?: \w+)?|what \w+)(?:'?s| is| are)?(?: that)? (?:provid(?:es?|ing)|implement(?:s|ing)?|expos(?:es?|ing)|serv(?:es?|ing)|offer(?:s|ing)?|publish(?:es|ing)?|host(?:s|ing)?|back(?:s|ing)?|fulfil(?:s|ls)?|emits?|produces?) S
api_providers | (?:(?:the|which|what|who|is|list|all|are|what'?s|who'?s) )*(?:providers?|implementers?|implementors?|implementations?|producers?|publishers?|backends?)(?: (?:of|for|behind)) S
api_providers | S(?:'s)? (?:providers?|implementation|producers?|publishers?)
api_providers | where (?:does|do) S come from|(?:who|what|which \w+)(?:'?s| is)? S (?:provided|implemented|served|exposed|published|offered) by|who(?:'?s| is) providing S
api_definition | (?:(?:where(?:'?s| is| are| can i (?:find|get|see))|what(?:'?s| is| are|)|is there|i need|do we have|have we got) )?(?:an? |the |any )?{_SPEC} (?:{_FOR}) S
api_definition | S(?:'s)? {_SPEC}
api_definition | (?:what|which|list|all)(?: the)? {_SPEC} (?:does|do|are (?:in|on)|has) S(?: (?:have|expose|offer|provide|got))?
api_operation | (?:which|what|whose)(?: \w+)? apis?(?: \w+)? (?:has|have|serves?|provides?|offers?|exposes?|contains?|is|with|owns?|handles?|for) (?:the |an? )?(?:end ?point |path |route |operation |url )?(?P<q>/\S+|(?:get|post|put|delete|patch) /\S+|[a-z]+[A-Z]\w+)
api_operation | (?:who|what|which \w+) (?:has|have|serves?|provides?|offers?|exposes?|owns?|handles?|implements?) (?:the |an? )?(?:end ?point |path |route |operation |url )?(?P<q>/\S+|(?:get|post|put|delete|patch) /\S+)
runbook | (?:(?:where(?:'?s| is| are| can i (?:find|get|see)| do i find)|what(?:'?s| is)|is there|are there|do we have|have we got|any|got) )?(?:a |an |the |any |some )*{_RUNBOOK} (?:{_FOR}) S
runbook | S(?:'s)? {_RUNBOOK}|does S have an? {_RUNBOOK}
docs | (?:(?:where(?:'?s| is| are| can i (?:find|get|read|see)| do i find| do i read| to find)|what(?:'?s| is| are)|is there|are there|do we have|have we got|any|got) )?(?:a |an |the |any |some )*{_DOC} (?:{_FOR}) S
docs | (?:does|do|has|have|is) S (?:have |got )?(?:any |some |a |good )*(?:{_DOC}|documented)(?: .*)?
docs | where (?:is|are) S documented|(?:how|where) can i (?:read|learn) (?:more )?about S|read(?:ing)? (?:more )?about S|what do the docs say about S|learn(?: more)? about S
docs | S(?:'s)? {_DOC}
docs | {_DOC}(?: for)? Q
links | (?:(?:where(?:'?s| is| are| can i (?:find|get|see)| do i (?:find|see))|what(?:'?s| is| are)|is there|are there|do we have|any|got|which) )?(?:a |an |the |any |all |some )*(?P<what>{_LINK})(?: (?:page|link|url|repo|code))?(?: (?:is|are|{_FOR}))+ S(?: (?:in|at|on|hosted(?: at| on)?))?
links | (?:the )?(?:links?|urls?) (?:to|for|of) S(?:'s)? (?P<what>{_LINK})
links | S(?:'s)? (?P<what>{_LINK})(?: (?:page|link|url|repo))?
links | (?:what|which) (?P<what>{_LINK}) (?:does|do|has) S(?: have| use| live in)?
links | where (?:does|do) S(?:'s)?(?: (?P<what>code|source|source code))? live|where(?:'?s| is| are) S(?:'s)? (?P<what2>code|source|source code|repo|hosted)
owner | (?:what(?:'?s| is) |which is )?(?:the )?(?:slack )?channel (?:of|for) (?:the )?(?:team|people|owners?|group|folks|ones?|squad)s? (?:of|for|behind|(?:that|who|which) {_OWN}) S
api_providers | (?:which|what)(?: \w+)? (?:service|component|app|application|backend|micro ?service|thing|system|program|server)s? (?:is|are|sits?|stands?|runs?|lives?) (?:behind|underneath|below) S
api_providers | S (?:is|are|gets?) (?:being )?(?:served|provided|exposed|implemented|hosted|published|offered|emitted|produced) (?:from|by|in|at) (?:which|what|whom)\b.*
team_parent | S (?:is|are|sits?|belongs?|falls?|fits?|reports?) (?:a )?(?:part of|under|in|into|below|to|within) (?:which|what|whom)\b.*
team_parent | (?:which|what) (?:group|team|part of the (?:company|org(?:ani[sz]ation)?)) (?:does|do|is|are) S (?:sit(?:ting)?|fit|roll up|report(?:ing)?|fall|live|placed)(?: (?:under|in|below|to|into|within))?
team_members | (?:who|whom|with whom|with who)(?:'ll| will| would| do| am| are)? (?:i|we)(?: be)? work(?:ing)?(?: with| together with| alongside)?(?:,)?(?: (?:if|when|once|as|now that|after))* (?:i|we)?(?:'m| am|'re| are|'ve| have)?(?: (?:am|are|going to|about to))* (?:join(?:ing|ed)?|in|start(?:ing|ed)?(?: (?:in|at|on|with))?|mov(?:e|ing) to) S
team_children | S (?:teams|squads|sub-?teams|sub-?groups)
owner | {_WHO} {_ADVERBS}{_OWN} S
owner | {_WHO}(?: is| are)? (?:the )?(?:\w+ )?{_OWN} S
owner | {_WHO} (?:do|does|did|is|are|should|would) S (?:belong to|owned by|maintained by|run by|with|managed by|live with|looked after by|built by|sit with)
owner | who(?:se|'s) (?:\w+ )?(?:is|are) S|whose S(?: is (?:it|this|that))?
owner | who (?:is|are) S owned by|who(?:'?s| is) S(?:'s)? owner
owner | (?:who|whom|which team|what team|where|what channel|which channel)(?: (?:do|does|can|should|could|would|must|shall|to|might|is the best person|is the right (?:person|team)|is best))*(?: i| we| you| one| u)?(?: (?:need to|have to|go to))? (?:talk|speak|turn|go|reach out|write|complain|ask|contact|reach|message|bug|ping|poke|report|raise|file|send|tell|post|approach|consult|get help|ask questions|report (?:bugs?|issues?|a bug|problems?)|ask (?:a )?questions?|find help|get support|ask for help|dm)(?: (?:to|with|questions?|bugs?|issues?|a bug|help|problems?|tickets?))*(?: (?:about|for|regarding|if|with|on|of|in|when|concerning|around|re))+ S(?: {_DOWN}.*)?
owner | (?:who|whom|where) to (?:talk|speak|turn|go|write|ask|contact|ping|message)(?: to)? (?:about|for|regarding|if|with|on) S
owner | (?:i )?(?:need|want|have) (?:help|a question|questions|to talk to (?:someone|somebody))(?: (?:with|about|on|from|for|regarding))+ S
owner | (?:(?:what|who)(?:'?s| is| are) )?(?:the |list )?(?:main |point of |right |current |owning )*(?:owners?|ownership|owning team|owner team|maintainers?|responsible (?:team|person|people)|team (?:behind|responsible for|that owns|which owns|owning|for|on)|contacts?(?: person)?(?: for)?|poc|code ?owners?|product owner|tech lead|devs?)(?: (?:of|for|behind|is|on))*[: ]+S
owner | S(?:'s)? (?:owners?|ownership|owning team|maintainers?|owner team|responsible team|contact)
owner | (?:does|do|is|are) (?:any ?(?:one|body|thing)|some ?(?:one|body)) (?:own|owns|owning|looking after|responsible for|maintaining|maintain) S
owner | (?:is|are) S (?:owned|maintained|looked after|unowned|orphaned)(?: by .*)?
owner | who owns|(?:what(?:'?s| is)|who(?:'?s| is))? ?(?:the|its|their|any)? ?(?:owner|owning team|maintainers?)
docs | (?:(?:are there|is there|do they have|does it have|where are|what are|got|has it) )?(?:(?:any|the|its|their|some|a) )*{_DOC}
runbook | (?:(?:are there|is there|do they have|does it have|where is|where's|got|has it) )?(?:(?:any|the|its|their|a) )*{_RUNBOOK}
links | (?:(?:are there|is there|do they have|does it have|where is|where's|where are|got|what is|what's) )?(?:(?:any|the|its|their|a) )*(?P<what>{_LINK})
api_definition | (?:(?:what is|what's|where is|where's|show) )?(?:(?:the|its|their|a) )*{_SPEC}
lifecycle | (?:(?:what is|what's) )?(?:(?:the|its|their|any) )*(?:life ?cycle|status|stage|maturity|eol|end[- ]of[- ]life|replacement|successor)|(?:is it |still )*{_GONE}
dependencies | (?:(?:what are|any|list) )?(?:(?:the|its|their|any) )*(?:dependencies|deps)
dependents | (?:(?:what are|who are|any|list) )?(?:(?:the|its|their|any) )*(?:dependents|dependants)|who uses|who depends|what depends
consumers | (?:(?:what are|who are|any|list) )?(?:(?:the|its|their|any) )*(?:consumers|callers|clients)
impact | (?:(?:what is|what's) )?(?:(?:the|its|their) )*(?:blast radius|impact)
team_members | (?:who are )?(?:the|its|their) (?:members|people)|members|who is in|who's in
channel | (?:(?:what is|what's|which is|which|what) )?(?:(?:the|its|their) )*(?:slack )?(?:channel|room)
team_members | who(?:'?s| is| are|'re)?(?: all| else| everyone)* (?:in|on|part of|inside|a member of|members? of|working (?:in|for|at|on)|work in|with|among|members (?:of|in|on)) S
team_members | who (?:all )?(?:works?|sits?|belongs?|serves?|plays?) (?:in|on|for|at|to|with) S
team_members | (?:(?:list|all|the|show|what are|who are|which|what|name) )*(?:members?|people|folks|engineers|developers|devs|users|persons|staff|employees|everyone|everybody|humans)(?: (?:who|that|are|is|work|working|belong))*(?: (?:in|on|of|from|for|at|to)) S
team_members | S(?:'s)? (?:members?|people|engineers|roster|staff)
team_members | who (?:makes? up|is on) S|(?:composition|roster) of S
team_parent | (?:what(?:'?s| is)|who(?:'?s| is)|which is)? ?(?:the )?parent(?:[- ](?:team|group|department|org|unit|organi[sz]ation|of))*(?: (?:of|for))? S
team_parent | S(?:'s)? parent(?: (?:team|group|department|unit))?
team_parent | (?:which|what) (?:department|org(?:ani[sz]ation)?|unit|division|business unit|tribe|area|bigger team|parent \w+) (?:is|does|are|do|owns|has|contains) S(?: (?:in|part of|under|a part of|belong to|sit in|sit under|report to|roll up to|below|inside|from))?
team_parent | (?:who|whom|what|where)(?: team)? does S (?:report to|roll up to|sit|fit|belong)(?: in| under| to)?
team_children | (?:(?:which|what|list|all|the|any|show) )*{_SUBTEAMS}(?: (?:are|is|do|does|that|which|there))*(?: (?:in|of|under|within|inside|part of|below|beneath|belong to|belongs to|report to|reports to|make up|roll up to|below|for|from|does)) S(?: have)?
team_children | (?:(?:which|what) )?{_SUBTEAMS} (?:does|do|has) S (?:have|contain|include|consist of)|(?:does|has) S (?:have )?(?:any )?{_SUBTEAMS}
team_children | S(?:'s)? (?:sub-?teams?|sub-?groups?|children|child teams|sub ?teams?)
user_teams | (?:which|what)(?: \w+)? (?:teams?|groups?|squads?|departments?)(?:'?s| is| are| do| does| did) (?:the )?S (?:in|on|part of|a member of|belong to|works? (?:in|for|on|with|at)|member of|working (?:in|for|on)|from|sit in)
user_teams | (?:the )?(?:teams?|groups?|squads?) (?:of|for|that|with) S(?: is in| belongs to)?
user_teams | S(?:'s)? (?:teams?|groups?|squads?|memberships?)
user_teams | where (?:does|do) S (?:work|sit|belong)
parts | what(?:'?s| is| are)? (?:all )?(?:inside|in there|in it|in this|within|in)(?: (?:of )?(?:it|there))?
parts | (?:what|which)(?: other)? (?P<what>[\w-]+s)(?: (?:that|do|does|which))? (?:make up|makes up|comprise|form|are part of|belong to|belongs to|are in|are inside|are within|live in|sit in|are contained in) S
parts | (?:what(?:'?s| is| are)|which (?:\w+ )?(?:is|are)|everything|all|things|stuff|anything)(?: (?:all|everything|there|that is|that's))* (?:in|inside|part of|within|contained in|under) S
parts | (?:(?:what|which|list|the|all|are) )*(?P<what>parts|pieces|contents|components|members|elements|building blocks|systems|sub ?domains|resources|apis|constituents)(?: that)? (?:of|in|inside|within|make up) S
parts | what(?: (?P<what>\w+s))? (?:does|do) S (?:consist of|contain|include|comprise|have(?: in it)?|hold|encompass|cover|made (?:up )?of)|what(?:'?s| is| are) S (?:made (?:up )?of|composed of|made from)
parts | break ?down of S|S (?:contents|parts|pieces|breakdown|architecture|overview)
person | how (?:do|can|could|should|would|to)(?: i| we| you| one)? (?:reach|contact|ping|message|find|get hold of|e-?mail|call|dm|get in touch with|talk to|write to|slack) S
person | (?:what(?:'?s| is| are) )?(?:the )?{_CONTACT} (?:of|for|to) S
person | what(?:'?s| is| are) S(?:'s)? {_CONTACT}|S(?:'s)? {_CONTACT}
channel | (?:what(?:'?s| is) |which is |which |what |is there |do we have )?(?:a |any )?(?:the )?(?:slack )?(?:channel|room|slack)(?: (?:of|for|is|does|do|use))+ S(?: (?:in|on|use|hang out in))?|S(?:'s)? (?:slack )?(?:channel|slack)|where (?:does|do|can i find) S(?: (?:hang out|sit|live))?(?: (?:on|in) slack)?
who | who(?:'?s|'re| is| are| the hell is| the heck is| tf is|'s this| is this) S
describe | (?:wtf|what the (?:hell|heck)|wth) (?:is|are|does|do) S(?: do)?
describe | what (?:do|does|did) S (?:do|mean|stand for|actually do|even do)(?: (?:for|at)\b.*)?
describe | what(?:'?s| is| are| was) S (?:for|about|good for|all about|do|doing|do exactly|responsible for|used for|supposed to do)
describe | (?:what(?:'?s| is) )?(?:the )?(?:meaning|purpose|point|role|job|use) of S
describe | what (?:do (?:we|you) know about|can you tell me about|about) S
describe | (?:(?:more|some|any|give me|all|general|basic|show) )*(?:info(?:rmation)?|details|facts|summary|description|overview|intro(?:duction)?|card|entry|profile|rundown)(?: (?:on|about|for|of|to|regarding))+ S
describe | (?:tell (?:me|us) |(?:talk|read up|more|info) )*(?:more |something |a bit |everything |all )*about S
describe | (?:describe|explain|define|summari[sz]e|more on|introduce|look at|view|open|whats) S
describe | (?:what|which) (?:(?:kind|type|sort) of (?:\w+ )?(?:is|are)|(?:language|type|kind|tech|stack|system|domain)(?: (?:is|does|are))) S(?: (?:in|written in|use|using|part of|built (?:with|in)|belong to))?
describe | does S exist|(?:is there|do we have|have we got) (?:a |an |any )?(?:thing called |service called |something called )?S|what(?:'?s| is| are) (?:the )?S
howto | (?:am|are) (?:i|we|you|people|engineers|teams)(?: (?:allowed|permitted|supposed|able|free|meant|expected|required)) to .+
howto | (?:how|what(?:'?s| is) the (?:process|procedure|steps?|best way|way|correct way)|where|why|when|what should (?:i|we) do|what do (?:i|we) do|what to do|can (?:i|we)|could (?:i|we)|is it possible|are (?:we|there)|do (?:i|we) (?:need|have))\b(?: (?:do|does|can|should|would|to|is|are|did|could|for|if|when|must))* .+
""".splitlines()
    if line.strip()
)
