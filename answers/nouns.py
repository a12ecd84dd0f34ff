"""Words that stand beside names without being part of them."""

from typing import Final


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KIND_NOUNS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        words(
            "service app application component microservice website site library lib job worker frontend backend "
            "module package daemon webapp ui program binary pipeline page pages spa sdk microsite cron cronjob"
        ),
        ("component",),
    ),
    **dict.fromkeys(words("api apis interface endpoint endpoints"), ("api",)),
    **dict.fromkeys(
        words(
            "db database databases cache bucket queue topic cluster resource broker store storage table index bus "
            "datastore infra warehouse vault"
        ),
        ("resource",),
    ),
    **dict.fromkeys(words("system platform product area journey"), ("system",)),
    "domain": ("domain",),
    **dict.fromkeys(words("team group squad department crew dept org unit tribe guild guys folks people"), ("group",)),
    **dict.fromkeys(words("template blueprint"), ("template",)),
    **dict.fromkeys(words("user person employee colleague"), ("user",)),
}
VAGUE: Final = words(
    "thing thingy stuff project tool code product repo repository service's one side part bit software solution "
    "entity owner integration functionality feature module endpoint program it deployment instance box servers server "
    "flow process journey area"
)

COMMON: Final = words(
    "a an the and or of for to in on at by with from is are was were be been do does did done have has had can could "
    "should would shall might must not no yes any all some every each other this that these those it its i "
    "we you he she they them us me my our your their his her who what which where when why how whose whom there here "
    "now then than so if but as about into out up down over under again still just only own owns owned owner use uses "
    "used using call calls need needs want wants get got make makes made show list tell give find look new old good "
    "bad down broken page service services team teams people person thing things system systems component components "
    "api apis docs doc documentation help please thanks hi hello hey today yesterday week month year time day work "
    "works working run runs running more most less many much few lot change changes changed changing production "
    "experimental deprecated status know anyone someone anybody somebody everybody nobody one two three first second "
    "third last next members member flags search money company ops login auth shows fees prices tickets programme "
    "everyone mailer basket website platform"
)
