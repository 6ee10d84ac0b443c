"""Every page, and what it answers each person about each unit.

A row is a method, an address, and a cell for each of `PEOPLE` in its order. A cell has a letter for
each of `UNITS` in its order (own unit, unit below, across an authority's border, other unit), or
one letter where it is the same for all of them:

    o  it answers: a page, or what was asked for is done
    -  there is no such thing (404)
    n  it may be seen, but not changed (403)
    l  log in first
    d  it answers that the engine is not well (503): in this world no timetable runs
    v  it may be done, but not so: the form is shown again with what is wrong (422)

A route of the app that has no row here fails the test; so does a row without a route.
"""

from __future__ import annotations

from dataclasses import dataclass

TABLE = """
# page                                        okänd ansvarig godkännare läsare chef controller administratör uppsikt huvudadm
GET  /                                        o     o        o          o      o    o          o             o       o
GET  /?plan={plan}                            o     -        -          ooo-   ooo- ooo-       -             o       -
GET  /planer/{plan}/slutrapport               l     -        -          -      ooo- ooo-       -             -       -
GET  /planer/{plan}/slutrapport.pdf           l     -        -          -      ooo- ooo-       -             -       -
GET  /planer/{plan}/dokument/en-sida.html     l     -        -          -      ooo- ooo-       -             -       -
GET  /planer/{plan}/bedomningar               l     -        -          -      ooo- ooo-       -             -       -
GET  /planer/{plan}/bedomningar/K2            l     -        -          -      ooo- ooo-       -             -       -
POST /planer/{plan}/bedomningar/K2            l     -        -          -      nnn- oon-       -             -       -
GET  /planer/kommun-2022/bedomningar/K9/{enhet}  l  -        -          -      -    -          -             -       -
POST /planer/kommun-2022/bedomningar/K9/{enhet}  l  -        -          -      -    -          -             -       -
GET  /planer/{plan}/urval                     l     -        -          -      ooo- ooo-       -             -       -
POST /planer/{plan}/urval                     l     -        -          -      nnn- oon-       -             -       -
GET  /planer/{plan}/urval/K2                  l     -        -          -      ooo- ooo-       -             -       -
POST /planer/{plan}/urval/K2                  l     -        -          -      nnn- oon-       -             -       -

# reports that go to the decision: ks-2022 has one that waits; whoever follows sees what is adopted
GET  /planer/{plan}/rapporter                 l     -        -          ooo-   ooo- ooo-       -             o       -
POST /planer/{plan}/rapporter                 l     -        -          nnn-   nnn- oon-       -             n       -
POST /planer/{plan}/rapporter/{rapport}/anta  l     -        -          nnn-   nnn- oon-       -             n       -
POST /planer/{plan}/rapporter/{rapport}/tillbaka l  -        -          nnn-   nnn- oon-       -             n       -
POST /planer/{plan}/rapporter/{rapport}/gor-filer l -       -          nnn-   nnn- oon-       -             n       -
GET  /planer/{plan}/rapporter/{rapport}/rapport.pdf l -      -          -      ooo- ooo-       -             -       -
GET  /planer/{plan}/rapporter/texter          l     -        -          nnn-   nnn- oon-       -             n       -
POST /planer/{plan}/rapporter/texter          l     -        -          nnn-   nnn- oon-       -             n       -
POST /planer/{plan}/rapporter/texter/visa     l     -        -          nnn-   nnn- oon-       -             n       -

# the samlad rapport of the kommun: nobody here reads it whole; uppsikt follows what is adopted
GET  /readyz                                  d     d        d          d      d    d          d             d       d
GET  /healthz                                 o     o        o          o      o    o          o             o       o
# figures are for who comes from where the settings say, whoever they are
GET  /metrics                                 -     -        -          -      -    -          -             -       -
GET  /samlad                                  l     o        o          o      o    o          o             o       o
GET  /samlad/kommun-2022                      l     -        -          -      -    -          -             -       -
GET  /samlad/kommun-2022/dokument/en-sida.html l    -        -          -      -    -          -             -       -
GET  /samlad/kommun-2022/enheter/son          l     -        -          -      -    -          -             -       -
POST /samlad/kommun-2022/enheter/son          l     -        -          -      -    -          -             -       -
GET  /samlad/kommun-2022/enheter/son/summor   l     -        -          -      -    -          -             -       -
POST /samlad/kommun-2022/enheter/son/summor   l     -        -          -      -    -          -             -       -
GET  /samlad/kommun-2022/rapporter            l     -        -          -      -    -          -             o       -
POST /samlad/kommun-2022/rapporter            l     -        -          -      -    -          -             n       -
POST /samlad/kommun-2022/rapporter/1/anta     l     -        -          -      -    -          -             n       -
POST /samlad/kommun-2022/rapporter/1/gor-filer l -      -          -      -    -          -             n       -
POST /samlad/kommun-2022/rapporter/1/tillbaka l     -        -          -      -    -          -             n       -
GET  /samlad/kommun-2022/rapporter/1/rapport.pdf l  -        -          -      -    -          -             -       -
GET  /rapporter/prova                         l     o        o          o      o    o          o             o       o
POST /rapporter/prova                         l     v        v          v      v    v          v             v       v

# a plan being written: whoever reads at the unit sees it, its controller changes it
GET  /planer/{plan}/utkast                        l -    -    -    ooo- ooo- -    -    -
GET  /planer/{plan}/utkast/kalender               l -    -    -    ooo- ooo- -    -    -
GET  /planer/{plan}/frekvens?frekvens=mars        l -    -    -    ooo- ooo- -    -    -
GET  /planer/{plan}/kalender                      l -    -    ooo- ooo- ooo- -    o    -
GET  /planer/{plan}/utkast/plan                   l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/plan                   l -    -    -    nnn- oon- -    -    -
GET  /planer/{plan}/utkast/ny-risk                l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/ny-risk                l -    -    -    nnn- oon- -    -    -
GET  /planer/{plan}/utkast/ny-utelamnad           l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/ny-utelamnad           l -    -    -    nnn- oon- -    -    -
GET  /planer/{plan}/utkast/risker/R1              l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/risker/R1              l -    -    -    nnn- oon- -    -    -
GET  /planer/{plan}/utkast/risker/R1/ta-bort      l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/risker/R1/ta-bort      l -    -    -    nnn- oon- -    -    -
GET  /planer/{plan}/utkast/risker/R1/ny-kontroll  l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/risker/R1/ny-kontroll  l -    -    -    nnn- oon- -    -    -
GET  /planer/{plan}/utkast/risker/R1/ny-direktatgard l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/risker/R1/ny-direktatgard l -    -    -    nnn- oon- -    -    -
GET  /planer/{plan}/utkast/kontroller/K1          l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/kontroller/K1          l -    -    -    nnn- oon- -    -    -
GET  /planer/{plan}/utkast/kontroller/K1/ta-bort  l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/kontroller/K1/ta-bort  l -    -    -    nnn- oon- -    -    -
GET  /planer/{plan}/utkast/direktatgarder/D1      l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/direktatgarder/D1      l -    -    -    nnn- oon- -    -    -
GET  /planer/{plan}/utkast/direktatgarder/D1/ta-bort l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/direktatgarder/D1/ta-bort l -    -    -    nnn- oon- -    -    -
GET  /planer/{plan}/utkast/utelamnade/R2          l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/utelamnade/R2          l -    -    -    nnn- oon- -    -    -
GET  /planer/{plan}/utkast/utelamnade/R2/ta-bort  l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/utelamnade/R2/ta-bort  l -    -    -    nnn- oon- -    -    -
GET  /planer/{plan}/utkast/utelamnade/R2/ta-in    l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/utelamnade/R2/ta-in    l -    -    -    nnn- oon- -    -    -
GET  /planer/{plan}/utkast/register               l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/register               l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/register/R1            l -    -    -    nnn- oon- -    -    -
POST /planer/{plan}/utkast/flytta                 l -    -    -    nnn- oon- -    -    -
# plans: what is adopted for whoever follows, drafts for whoever reads, changed by the controller
GET  /planer                                  l     -        -          o      o    o          -             o       -
GET  /planer/{plan}                           l     -        -          ooo-   ooo- ooo-       -             o       -
GET  /planer/{plan}/versioner/1               l     -        -          ooo-   ooo- ooo-       -             o       -
GET  /planer/{skickad}                        l     -        -          -      ooo- ooo-       -             -       -
GET  /planer/{skickad}/versioner/1            l     -        -          -      ooo- ooo-       -             -       -
GET  /planer/{skickad}/skillnad?fran=1&till=1 l     -        -          -      ooo- ooo-       -             -       -
POST /planer                                  l     n        n          n      n    oovv       n             n       n
GET  /planer/{utkast}/beslut                  l     -        -          -      ooo- ooo-       -             -       -
POST /planer/{utkast}/beslut                  l     -        -          -      nnn- oon-       -             -       -
GET  /planer/{skickad}/beslut                 l     -        -          -      ooo- ooo-       -             -       -
POST /planer/{skickad}/beslut/tillbaka        l     -        -          -      nnn- oon-       -             -       -
POST /planer/{skickad}/beslut/anta            l     -        -          -      nnn- oon-       -             -       -
GET  /planer/{utkast}/kasta                   l     -        -          -      nnn- oon-       -             -       -
POST /planer/{utkast}/kasta                   l     -        -          -      nnn- oon-       -             -       -
GET  /planer/{plan}/avsluta                   l     -        -          nnn-   nnn- oon-       -             n       -
POST /planer/{plan}/avsluta                   l     -        -          nnn-   nnn- vvn-       -             n       -

# next year's plan: proposed to whoever reads, begun by the controller; here it has a draft already
GET  /planer/{plan}/nasta                     l     -        -          -      ooo- ooo-       -             -       -
POST /planer/{plan}/nasta                     l     -        -          -      nnn- oon-       -             -       -

# a plan as a file: not for those who may not read its protected control, as it would be gone from it
GET  /planer/{plan}/plan.xlsx                 l     -        -          -      nnn- oon-       -             -       -
GET  /planer/{plan}/plan.xlsx?antagen=1       l     -        -          -      nnn- oon-       -             -       -
GET  /planer/{plan}/plan.yaml                 l     -        -          -      nnn- oon-       -             -       -
GET  /planer/{enhet}-2030/utkast/fil          l     -        -          -      nnn- oon-       -             -       -
POST /planer/{enhet}-2030/utkast/fil          l     -        -          -      nnn- oon-       -             -       -
GET  /planer/{plan}/utkast/fil                l     -        -          -      nnn- oon-       -             -       -

# tasks by login: K1 is open, K2 is handed in, K3 is handed in and protected
GET  /uppgifter/{K1}                          l     o---     -          -      -    -          -             -       -
POST /uppgifter/{K1}                          l     o---     -          -      -    -          -             -       -
GET  /uppgifter/{K2}/kvitto                   l     o---     o---       -      ooo- ooo-       -             -       -
GET  /uppgifter/{K3}/kvitto                   l     o---     o---       -      -    oo--       -             -       -

# beside answering, by login: for the one who answers; K8 waits for something to happen
GET  /uppgifter/{K1}/mer-tid                  l     o---     -          -      -    -          -             -       -
POST /uppgifter/{K1}/mer-tid                  l     o---     -          -      -    -          -             -       -
GET  /uppgifter/{K1}/kan-inte                 l     o---     -          -      -    -          -             -       -
POST /uppgifter/{K1}/kan-inte                 l     o---     -          -      -    -          -             -       -
GET  /kontroller/vid-behov                    l     o        o          o      o    o          o             o       o
GET  /kontroller/vid-behov/{plan}/K8/{enhet}  l     o---     -          -      -    -          -             -       -
POST /kontroller/vid-behov/{plan}/K8/{enhet}  l     o---     -          -      -    -          -             -       -
GET  /uppgifter/{K1}/lamna-over               l     o---     -          -      -    -          -             -       -
POST /uppgifter/{K1}/lamna-over               l     o---     -          -      -    -          -             -       -

# underlag: each of K1, K2 and K3 has a file; for those who answer, read or steer, and nobody else
GET  /uppgifter/{K1}/underlag/{F1}            l     o---     -          -      -    oo--       -             -       -
GET  /uppgifter/{K2}/underlag/{F2}            l     o---     o---       -      -    oo--       -             -       -
GET  /uppgifter/{K3}/underlag/{F3}            l     o---     o---       -      -    oo--       -             -       -
GET  /uppgifter/{K1}/underlag/{F2}            l     -        -          -      -    -          -             -       -
GET  /uppgifter/{K1}/underlag/{F1}/ta-bort    l     o---     -          -      -    oo--       -             -       -
POST /uppgifter/{K1}/underlag/{F1}/ta-bort    l     o---     -          -      -    oo--       -             -       -
GET  /uppgifter/{K1}/at-nagon/underlag/{F1}   l     -        -          -      -    oo--       -             -       -
GET  /uppgifter/{K1}/at-nagon/underlag/{F1}/ta-bort l -      -          -      -    oo--       -             -       -
POST /uppgifter/{K1}/at-nagon/underlag/{F1}/ta-bort l -      -          -      -    oo--       -             -       -
GET  /godkann/{K2}/underlag/{F2}              l     o---     o---       -      -    oo--       -             -       -
GET  /svar/{läslänk}/godkann/{K2}/underlag/{F2} o   o        o          o      o    o          o             o       o
GET  /svar/{svarslänk}/uppgift/{K1}/underlag/{F1} o o        o          o      o    o          o             o       o
GET  /svar/{svarslänk}/uppgift/{K1}/underlag/{F1}/ta-bort o o o         o      o    o          o             o       o
POST /svar/{svarslänk}/uppgift/{K1}/underlag/{F1}/ta-bort o o o         o      o    o          o             o       o

# one's own calendar
GET  /jag/kalender                            l     o        o          o      o    o          o             o       o
POST /jag/kalender                            l     o        o          o      o    o          o             o       o
GET  /kalender/{påhittad}.ics                 -     -        -          -      -    -          -             -       -

# utskick: the letter is one to the unit's owner
GET  /utskick                                 l     -        -          -      -    o          -             -       -
GET  /utskick/{brev}                          l     -        -          -      -    oo--       -             -       -
POST /utskick/{brev}/igen                     l     -        -          -      -    oo--       -             -       -
POST /utskick/{brev}/adress                   l     -        -          -      -    oo--       -             -       -

# the controller's day
GET  /att-gora                                l     -        -          -      -    o          -             -       -
GET  /att-gora/byt-ansvarig                   l     -        -          -      -    o          -             -       -
POST /att-gora/byt-ansvarig                   l     -        -          -      -    oovv       -             -       -
GET  /uppgifter/{K1}/styr                     l     -        -          -      -    oo--       -             -       -
POST /uppgifter/{K1}/styr/paminn              l     -        -          -      -    oo--       -             -       -
GET  /uppgifter/{K1}/styr/datum               l     -        -          -      -    oo--       -             -       -
POST /uppgifter/{K1}/styr/datum               l     -        -          -      -    oo--       -             -       -
GET  /uppgifter/{K1}/styr/ansvarig            l     -        -          -      -    oo--       -             -       -
POST /uppgifter/{K1}/styr/ansvarig            l     -        -          -      -    oo--       -             -       -
GET  /uppgifter/{K1}/styr/utgar               l     -        -          -      -    oo--       -             -       -
POST /uppgifter/{K1}/styr/utgar               l     -        -          -      -    oo--       -             -       -
GET  /uppgifter/{K1}/styr/ej-genomford        l     -        -          -      -    oo--       -             -       -
POST /uppgifter/{K1}/styr/ej-genomford        l     -        -          -      -    oo--       -             -       -
GET  /uppgifter/{K1}/at-nagon                 l     -        -          -      -    oo--       -             -       -
POST /uppgifter/{K1}/at-nagon                 l     -        -          -      -    oo--       -             -       -
GET  /uppgifter/{K2}/at-nagon/kvitto          l     -        -          -      -    oo--       -             -       -
GET  /fragor/{fråga}                          l     -        -          -      -    oo--       -             -       -
POST /fragor/{fråga}                          l     -        -          -      -    oo--       -             -       -
# åtgärder: A1 belongs to the open control, A3 to the protected one; A2 is avskriven
GET  /atgarder                                l     -        -          -      o    o          -             -       -
GET  /mina/atgarder                           l     o        o          o      o    o          o             o       o
GET  /atgarder/{A1}                           l     o---     -          -      ooo- ooo-       -             -       -
POST /atgarder/{A1}                           l     o---     -          -      nnn- oon-       -             -       -
GET  /atgarder/{A1}/andra                     l     n---     -          -      nnn- oon-       -             -       -
POST /atgarder/{A1}/andra                     l     n---     -          -      nnn- oon-       -             -       -
GET  /atgarder/{A1}/avskriv                   l     n---     -          -      nnn- oon-       -             -       -
POST /atgarder/{A1}/avskriv                   l     n---     -          -      nnn- oon-       -             -       -
GET  /atgarder/{A2}/oppna                     l     n---     -          -      nnn- oon-       -             -       -
POST /atgarder/{A2}/oppna                     l     n---     -          -      nnn- oon-       -             -       -
GET  /atgarder/ny                             l     n        n          n      n    o          n             n       n
POST /atgarder/ny                             l     n        n          n      n    oovv       n             n       n
GET  /svar/{åtgärdslänk}/atgard/{A1}          o     o        o          o      o    o          o             o       o
POST /svar/{åtgärdslänk}/atgard/{A1}          o     o        o          o      o    o          o             o       o
# four eyes: K2 and K3 wait for their godkännare, K1 has no answer, K4 is closed
GET  /godkann                                 l     o        o          o      o    o          o             o       o
GET  /godkann/{K1}                            l     -        -          -      -    -          -             -       -
GET  /godkann/{K2}                            l     o---     o---       -      ooo- ooo-       -             -       -
POST /godkann/{K2}                            l     n---     o---       -      nnn- nnn-       -             -       -
GET  /godkann/{K3}                            l     o---     o---       -      -    oo--       -             -       -
GET  /svar/{läslänk}/godkann/{K2}             o     o        o          o      o    o          o             o       o
POST /svar/{läslänk}/godkann/{K2}             o     o        o          o      o    o          o             o       o
GET  /uppgifter/{K2}/versioner                l     o---     o---       -      ooo- ooo-       -             -       -
GET  /uppgifter/{K3}/versioner                l     o---     o---       -      -    oo--       -             -       -
POST /uppgifter/{K2}/ta-tillbaka              l     o---     -          -      -    -          -             -       -
POST /svar/{inlämnad-länk}/ta-tillbaka        o     o        o          o      o    o          o             o       o
POST /svar/{inlämnad-länk}/uppgift/{K2}/ta-tillbaka o o      o          o      o    o          o             o       o
GET  /uppgifter/{K4}/oppna-igen               l     n---     -          -      nnn- oon-       -             -       -
POST /uppgifter/{K4}/oppna-igen               l     n---     -          -      nnn- oon-       -             -       -

# shared controls: K9 of the plan at the top is for each unit; who answers is named from inside it
GET  /gemensamma                              l     -        -          -      o    o          o             -       o
GET  /gemensamma/kommun-2022/K9/{enhet}       l     -        -          -      ooo- ooo-       oo--          -       oo--
POST /gemensamma/kommun-2022/K9/{enhet}       l     -        -          -      oon- oon-       oo--          -       oo--

# a link in a mail answers whoever holds it
GET  /svar/{svarslänk}                        o     o        o          o      o    o          o             o       o
POST /svar/{svarslänk}                        o     o        o          o      o    o          o             o       o
GET  /svar/{svarslänk}/kvitto                 o     o        o          o      o    o          o             o       o
GET  /svar/{svarslänk}/uppgift/{K1}           o     o        o          o      o    o          o             o       o
POST /svar/{svarslänk}/uppgift/{K1}           o     o        o          o      o    o          o             o       o
GET  /svar/{svarslänk}/uppgift/{K1}/kvitto    o     o        o          o      o    o          o             o       o
GET  /svar/{svarslänk}/uppgift/{K2}           -     -        -          -      -    -          -             -       -
GET  /svar/{svarslänk}/uppgift/{K1}/mer-tid   o     o        o          o      o    o          o             o       o
POST /svar/{svarslänk}/uppgift/{K1}/mer-tid   o     o        o          o      o    o          o             o       o
GET  /svar/{svarslänk}/uppgift/{K1}/kan-inte  o     o        o          o      o    o          o             o       o
POST /svar/{svarslänk}/uppgift/{K1}/kan-inte  o     o        o          o      o    o          o             o       o
GET  /svar/{svarslänk}/vid-behov              o     o        o          o      o    o          o             o       o
GET  /svar/{svarslänk}/vid-behov/{plan}/K8/{enhet} o o       o          o      o    o          o             o       o
POST /svar/{svarslänk}/vid-behov/{plan}/K8/{enhet} o o       o          o      o    o          o             o       o
GET  /svar/{svarslänk}/uppgift/{K1}/lamna-over o    o        o          o      o    o          o             o       o
POST /svar/{svarslänk}/uppgift/{K1}/lamna-over o    o        o          o      o    o          o             o       o

# logging in and out
GET  /logga-in                                o     o        o          o      o    o          o             o       o
POST /logga-in                                o     o        o          o      o    o          o             o       o
GET  /logga-in/{inloggningslänk}              o     o        o          o      o    o          o             o       o
POST /logga-in/{inloggningslänk}              o     o        o          o      o    o          o             o       o
GET  /logga-in/konto                          -     -        -          -      -    -          -             -       -
GET  /logga-in/konto/klar                     -     -        -          -      -    -          -             -       -
GET  /forsta-start/{påhittad}                 -     -        -          -      -    -          -             -       -
POST /forsta-start/{påhittad}                 -     -        -          -      -    -          -             -       -
POST /logga-ut                                l     o        o          o      o    o          o             o       o

# the audit trail
GET  /handelser                               l     -        -          o      -    o          o             o       o
GET  /handelser?plan={plan}                   l     -        -          o      -    o          o             o       o
GET  /handelser/{antagandet}                  l     -        -          ooo-   -    ooo-       -             o       -
GET  /handelser/{svaret}                      l     -        -          ooo-   -    ooo-       -             o       -
GET  /handelser/{enhetsändringen}             l     -        -          -      -    -          oo--          o       oo--
GET  /handelser/export?format=csv             l     -        -          o      -    o          o             o       o
GET  /handelser/export?format=jsonl           l     -        -          o      -    o          o             o       o
POST /handelser/prova                         l     -        -          n      -    n          n             o       o

# what is mine
GET  /jag                                     l     o        o          o      o    o          o             o       o
GET  /jag/inloggningar                        l     o        o          o      o    o          o             o       o
POST /jag/inloggningar/{annans-inloggning}    l     -        -          -      -    -          -             -       -
POST /jag/inloggningar/{egen-inloggning}      l     o        o          o      o    o          o             o       o
POST /jag/inloggningar/ovriga                 l     o        o          o      o    o          o             o       o
GET  /jag/uppgifter                           l     o        o          o      o    o          o             o       o
GET  /jag/uppgifter.json                      l     o        o          o      o    o          o             o       o

# personal data of others, and gallring: for the administrator of the whole organisation
GET  /registerutdrag                          l     -        -          -      -    -          -             -       o
POST /registerutdrag                          l     -        -          -      -    -          -             -       o
GET  /personer/{person}/utdrag                l     -        -          -      -    -          -             -       o
GET  /personer/{person}/utdrag.json           l     -        -          -      -    -          -             -       o
GET  /drift                                      l     -        -          -      -    -          -             -       o
POST /drift/igen                                 l     -        -          -      -    -          -             -       o
GET  /gallring                                l     -        -          -      -    -          -             -       o
POST /gallring                                l     -        -          -      -    -          -             -       o
POST /gallring/beslut                         l     -        -          -      -    -          -             -       o

# the organisation: whoever has a role knows it where the role reaches
GET  /organisation                               l     -        -          o      o    o          o             o       o
GET  /organisation/{enhet}                       l     -        -          ooo-   ooo- ooo-       ooo-          o       o
GET  /organisation/funktioner/{funktion}         l     -        -          ooo-   ooo- ooo-       ooo-          o       o

GET  /organisation/riskskala                     l     -        -          o      o    o          o             o       o

# changing it: for the administrator of the unit; standing in also for its chef
GET  /organisation/{enhet}/andra                 l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
POST /organisation/{enhet}/andra                 l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
GET  /organisation/{enhet}/upphor                l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
POST /organisation/{enhet}/upphor                l     -        -          nnn-   nnn- nnn-       von-          n       vonn
GET  /organisation/{enhet}/ny-enhet              l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
POST /organisation/{enhet}/ny-enhet              l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
GET  /organisation/{enhet}/ny-funktion           l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
POST /organisation/{enhet}/ny-funktion           l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
GET  /organisation/{enhet}/ge-roll               l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
POST /organisation/{enhet}/ge-roll               l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
GET  /organisation/{enhet}/avsluta-roll?nr={rollens-nr} l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
POST /organisation/{enhet}/avsluta-roll          l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
GET  /organisation/{enhet}/flytta                l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
POST /organisation/{enhet}/flytta                l     -        -          nnn-   nnn- nnn-       vvn-          n       oonn
GET  /organisation/{enhet}/sla-ihop              l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
POST /organisation/{enhet}/sla-ihop              l     -        -          nnn-   nnn- nnn-       vvn-          n       vvnn
GET  /organisation/funktion/ge/{funktion}        l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
POST /organisation/funktion/ge/{funktion}        l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
GET  /organisation/funktion/ersattare/{funktion} l     -        -          nnn-   oon- nnn-       oon-          n       oonn
POST /organisation/funktion/ersattare/{funktion} l     -        -          nnn-   oon- nnn-       oon-          n       oonn
GET  /organisation/funktion/avsluta/{funktion}?nr=0 l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
POST /organisation/funktion/avsluta/{funktion}   l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
GET  /organisation/funktion/enhet/{funktion}     l     -        -          nnn-   nnn- nnn-       oon-          n       oonn
POST /organisation/funktion/enhet/{funktion}     l     -        -          nnn-   nnn- nnn-       oon-          n       oonn

# a role given to a function reaches the unit it is given at, which the form lets choose among one's own
GET  /organisation/funktion/roll/{funktion}      l     -        -          nnn-   nnn- nnn-       ooo-          n       o
POST /organisation/funktion/roll/{funktion}      l     -        -          nnn-   nnn- nnn-       ooo-          n       o

# the whole: for the administrator at the top; others know it or not
GET  /organisation/fil                           l     -        -          -      -    -          -             n       o
GET  /organisation/rapporter                     l     -        -          -      -    -          -             n       o
GET  /organisation/rapporter/slutrapport         l     -        -          -      -    -          -             n       o
POST /organisation/rapporter/slutrapport         l     -        -          -      -    -          -             n       o
GET  /organisation/installningar                 l     -        -          -      -    -          -             n       o
POST /organisation/installningar                 l     -        -          -      -    -          -             n       o
GET  /organisation/riskskala/andra               l     -        -          -      -    -          -             n       o
POST /organisation/riskskala/andra               l     -        -          -      -    -          -             n       o

# the risk register: whoever may read at the unit knows it, its controller changes it
GET  /riskregister                               l     -        -          -      o    o          -             -       -
GET  /riskregister/{enhet}                       l     -        -          -      ooo- ooo-       -             -       -
GET  /riskregister/{enhet}/R1                    l     -        -          -      ooo- ooo-       -             -       -
GET  /riskregister/{enhet}/ny                    l     -        -          -      nnn- oon-       -             -       -
POST /riskregister/{enhet}/ny                    l     -        -          -      nnn- oon-       -             -       -
GET  /riskregister/{enhet}/R1/andra              l     -        -          -      nnn- oon-       -             -       -
POST /riskregister/{enhet}/R1/andra              l     -        -          -      nnn- oon-       -             -       -
GET  /riskregister/{enhet}/R1/bedom              l     -        -          -      nnn- oon-       -             -       -
POST /riskregister/{enhet}/R1/bedom              l     -        -          -      nnn- oon-       -             -       -
GET  /riskregister/{enhet}/R1/avfor              l     -        -          -      nnn- oon-       -             -       -
POST /riskregister/{enhet}/R1/avfor              l     -        -          -      nnn- oon-       -             -       -

# people: for whoever administers a function or a role of theirs
GET  /personer                                   l     -        -          -      -    -          o             -       o
GET  /personer/{person}                          l     -        -          -      -    -          oo--          -       oo--
GET  /personer/{person}/ge-roll                  l     -        -          -      -    -          oo--          -       oo--
POST /personer/{person}/ge-roll                  l     -        -          -      -    -          oo--          -       oo--

# what pages are dressed in
GET  /static/x/app.css                        o     o        o          o      o    o          o             o       o
GET  /kommun.css                              o     o        o          o      o    o          o             o       o
"""

LETTERS = "o-nlvd"


@dataclass(frozen=True)
class Row:
    """A page and its cells."""

    method: str
    address: str
    cells: dict[str, str]
    """Who -> a letter for each unit."""

    def __str__(self) -> str:
        return f"{self.method} {self.address}"


def read_table(people: tuple[str, ...], units: int) -> list[Row]:
    """The rows; fails on a row that lacks a cell or has an unknown letter."""
    rows = []
    for line in TABLE.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        method, address, *cells = line.split()
        assert len(cells) == len(people), line
        wide = [cell * units if len(cell) == 1 else cell for cell in cells]
        assert all(len(cell) == units and set(cell) <= set(LETTERS) for cell in wide), line
        rows.append(Row(method, address, dict(zip(people, wide, strict=True))))
    return rows
