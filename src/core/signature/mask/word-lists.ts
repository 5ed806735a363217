/**
 * Lists of words that the masks, the learner and readable templates know. The first of them carry the meaning of a
 * line: a template with another one of them is another pattern, so learning never turns them into a slot, and outcomes
 * stay as values (`status=failed`). The lists follow from how programs report outcomes; none comes from a data set.
 */
import { WordSet } from "./word-set.ts";

/** Splits lines of words at blanks: the lists are easier to read as text. */
function words(...lines: readonly string[]): readonly string[] {
  return lines.join(" ").split(" ");
}

export const NEGATION_WORDS: readonly string[] = words(
  "not no never none without cannot can't couldn't won't don't doesn't didn't isn't wasn't aren't non neither nor",
  "nothing unable",
);

/** Words that come in pairs or groups of contrary meaning. */
export const STATUS_WORDS: readonly string[] = words(
  "success successful successfully succeeded succeed succeeds failure failures failed fail fails failing ok okay",
  "good bad passed pass up down on off in out open opened opening close closed closing start started starting",
  "starts startup stop stopped stopping stops shutdown begin began beginning end ended ending finish finished",
  "finishing complete completed completing incomplete enable enabled enabling disable disabled disabling connect",
  "connected connecting disconnect disconnected disconnecting online offline alive dead healthy unhealthy ready",
  "unready available unavailable valid invalid accept accepted accepting reject rejected rejecting refused allow",
  "allowed deny denied grant granted revoke revoked lock locked unlock unlocked acquire acquired release released",
  "add added adding remove removed removing create created creating delete deleted deleting destroy destroyed",
  "destroying insert inserted load loaded loading unload unloaded mount mounted unmount unmounted attach attached",
  "detach detached register registered registering unregister unregistered deregistered subscribe subscribed",
  "unsubscribe unsubscribed login logout logged active inactive activate activated deactivated enter entered",
  "entering exit exited exiting leave leaving left join joined joining pause paused resume resumed suspend",
  "suspended running idle busy pending killed aborted abort cancelled canceled timeout expired lost found missing",
  "present absent known unknown full empty hit miss read write reading writing wrote send sent sending receive",
  "received receiving increase increased decrease decreased before after first last local remote leader follower",
  "primary secondary master slave min max high low recovered recovering degraded crashed corrupt corrupted",
  "inbound outbound ingress egress upstream downstream incoming outgoing push pushed pull pulled enqueue dequeue",
  "encode decode compress decompress serialize deserialize approve approved decline declined authorized",
  "unauthorized authenticated unauthenticated reachable unreachable resolved unresolved expected unexpected",
  "supported unsupported trusted untrusted secure insecure correct incorrect consistent inconsistent paid unpaid",
  "charge charged refund refunded credit debit upgrade upgraded downgrade downgraded promote promoted demote",
  "demoted block blocked unblock unblocked freeze frozen thaw visible hidden yes positive negative normal",
  "abnormal dirty clean above below over under early late old new more less hot cold input output connects",
  "disconnects opens closes accepts rejects allows denies adds removes creates deletes loads unloads joins leaves",
  "locks unlocks sends receives reads writes restored win won lose buy sell",
);

export const LEVEL_WORDS: readonly string[] = words(
  "trace debug info information notice warn warning error err severe critical crit alert emerg emergency fatal",
  "panic exception errors warnings",
);

export const VERB_WORDS: readonly string[] = words(
  "get getting got set setting put post patch update updated updating query querying save saved saving retry",
  "retrying skip skipped skipping ignore ignored ignoring wait waiting process processed processing handle",
  "handled handling execute executed executing commit committed rollback launch launched launching check checked",
  "checking verify verified fetch fetched fetching flush flushed flushing schedule scheduled submit submitted",
  "initialize initialized initializing upload uploaded uploading download downloaded downloading encrypt decrypt",
  "import export install installed uninstall restart restarted restarting reboot rebooting kill killing assign",
  "assigned allocate allocated bind bound listen listening is are was were has have had can could will would",
  "should must",
);

/** Every word that carries the meaning of a line: learning keeps all of them. */
export const MEANING_WORDS: WordSet = new WordSet([
  ...new Set([...NEGATION_WORDS, ...STATUS_WORDS, ...LEVEL_WORDS, ...VERB_WORDS]),
]);

/** Words that stay as the value of `key=value`: outcomes and levels, not prepositions or verbs. */
export const OUTCOME_WORDS: WordSet = new WordSet([
  ...words(
    "success successful succeeded failure failed fail ok up down open opened closed started stopped completed",
    "incomplete enabled disabled connected disconnected online offline alive dead healthy unhealthy ready unready",
    "available unavailable valid invalid accepted rejected refused allowed denied granted revoked active inactive",
    "running pending killed aborted cancelled canceled timeout expired degraded crashed corrupt corrupted",
  ),
  ...LEVEL_WORDS,
]);

/** Words before a colon that text follows, not a value. */
export const LEVEL_NAMES: WordSet = new WordSet(LEVEL_WORDS);

/** Keys whose one-word value describes what happened: it stays. */
export const TELLING_KEYS: WordSet = new WordSet(
  [
    ...words("status state reason cause exception result outcome code severity phase action event op operation method"),
    ...LEVEL_WORDS,
  ].filter((word, i, all) => all.indexOf(word) === i),
);

/** Words that are values after `key=` or `key: `. */
export const NULL_WORDS: WordSet = new WordSet(words("null nil true false undefined nan"));

/** Months and days, capitalised as in dates: "may" is a verb. */
export const DATE_WORDS: WordSet = new WordSet(
  words(
    "Jan Feb Mar Apr May Jun Jul Aug Sep Sept Oct Nov Dec January February March April June July August September",
    "October November December Mon Tue Wed Thu Fri Sat Sun Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC MON TUE WED THU FRI SAT SUN",
  ),
  true,
);

/** Words after a number that belong to its value: units that depend on its size, time zones, halves of the day. */
export const SUFFIX_WORDS: WordSet = new WordSet(
  words(
    "B KB MB GB TB PB KiB MiB GiB TiB kB K M G T kb mb gb byte bytes Bytes ns us ms msec msecs s sec secs second",
    "seconds min mins minute minutes h hr hrs hour hours d day days millis milliseconds microseconds nanoseconds",
    "millisecond microsecond Hz kHz MHz GHz kbps Mbps Gbps % AM PM am pm UTC GMT Z CST CDT EST EDT PST PDT MST MDT",
    "CET CEST BST IST JST MSK",
  ),
  true,
);

export const HTTP_METHODS: WordSet = new WordSet(
  words("GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND"),
  true,
);

/** Keys whose quoted value is the message (logfmt): it is scanned as text instead of being masked. */
export const MESSAGE_KEYS: WordSet = new WordSet(words("msg message event"));

/** Last parts of the names of hosts. Country codes that are also words of programs are left out. */
export const HOST_ENDINGS: WordSet = new WordSet(
  words(
    "com org net edu gov mil int info biz dev app cloud local localdomain internal lan corp arpa cn ru de uk jp kr",
    "br fr it nl pl tw hk au ca us eu cz se ch es ro ua vn tr ar mx ir th be dk fi gr hu il za sg",
  ),
);

/** First parts of names of packages, bundles and loggers, which reverse the order of a domain. */
export const NAMESPACE_ROOTS: WordSet = new WordSet(words("com org net edu gov"), true);

/** Words that a name follows. */
export const NAMING_WORDS: WordSet = new WordSet(
  words(
    "user username account login host hostname server client node service instance name named for by queue topic",
    "table database db bucket file directory device interface module plugin group domain package class container",
    "pod namespace cluster index partition channel session role tenant customer job task worker thread process",
    "program",
  ),
);

/** Those of NAMING_WORDS that other words follow as well. */
export const NAMING_PREPOSITIONS: WordSet = new WordSet(words("for by"));

/** Words that a secret or personal data follow: readable templates hide the next word. */
export const SECRET_WORDS: WordSet = new WordSet(
  words(
    "password passwd pwd passphrase secret token key credential credentials email mail pin owner author dear hello",
  ),
);

/** Words of ordinary sentences and of most programs, which readable templates show without evidence. */
export const COMMON_WORDS: WordSet = new WordSet(
  words(
    "the and but with from into onto over under about than then that this these those there here when while where",
    "which itself themselves oneself what why how who its his her their our your you they them any all some each",
    "every other another same such more most less least only just also too very still already again soon later now",
    "today once twice only own new old next previous again because since until during between through via per",
    "within upon against toward except instead else either both been being does did done may might shall need needs",
    "make made making use used using try tries tried take taken takes see seen look found give given keep kept come",
    "came goes went gone run runs ran show shown call called calls work works block size data value key type kind",
    "list map set array object string number count total sum average rate ratio length time date second minute hour",
    "day week month year timestamp duration delay interval deadline clock zone age request response reply message",
    "messages event events record record log logs line text body header payload content error path port address ip",
    "url uri link route method function call argument parameter option flag field column row memory disk cpu core",
    "thread heap stack cache buffer pool queue lock mutex page swap storage volume drive device network socket",
    "connection connect peer proxy gateway router packet stream byte bytes bit frame protocol http https tcp udp",
    "tls ssl ssh dns ftp api rest grpc rpc json xml yaml html sql csv utf ascii base hash code id uuid guid system",
    "kernel boot hardware software driver program application app library package version release build config",
    "configuration setting settings default custom local global remote internal external public private root admin",
    "guest access permission right rights role policy rule rules limit quota threshold budget capacity usage load",
    "level state status result output input source target destination origin parent child children copy move link",
    "backup snapshot restore replica replication shard segment chunk part piece batch job stage step phase round",
    "attempt retry task timer event handler listener callback hook plugin service server host node machine instance",
    "image container virtual cloud order payment price ticket seat train station trip travel route customer account",
    "product item cart basket invoice shipping delivery address city country name title description comment note",
    "reason cause detail details info context session cookie token certificate signature secret transaction commit",
    "index table view schema query statement cursor database store engine worker master scheduler monitor manager",
    "controller client agent daemon shell command script file directory folder archive temp temporary root mount",
    "partition sector block inode descriptor handle pointer interrupt signal trap fault exception assertion warning",
    "alarm alert notice check test tests case sample example user users group groups member owner people person",
    "human name names word words character letter digit sign symbol first second third fourth fifth half double",
    "single multiple several many few zero one two three four five six seven eight nine ten hundred thousand",
    "million percent big small large short long wide high low fast slow hard soft free full empty clean dirty safe",
    "unsafe right wrong true false yes please wait sorry thank thanks welcome power battery temperature fan voltage",
    "sensor screen display window button mouse keyboard audio video camera radio wifi bluetooth signal channel",
    "frequency antenna modem cable wire board chip bus slot card module unit rack java python node ruby go rust php",
    "perl javascript typescript linux windows android apple google microsoft amazon oracle redis kafka postgres",
    "mysql mongo nginx apache tomcat spring hadoop spark zookeeper docker kubernetes systemd cron authentication",
    "authorization login logout password preauth invalid illegal bad unexpected unknown unsupported possible",
    "impossible necessary optional required maximum minimum current currently final initial original actual",
    "expected further future past recent late early normal special general common rare main side top bottom left",
    "right start end middle begin center edge point place position location area region space room world home work",
    "office",
  ).filter((word, i, all) => all.indexOf(word) === i),
);
