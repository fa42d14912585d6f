/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/session/role_words.h"

#include <stddef.h>

/* A row for each kind and language: English and what is international, German, French, Spanish,
 * Italian, Portuguese, Dutch, Chinese, Japanese. A word stands in the first row it fits. */
const WbRoleWords wb_role_words[] = {
    {WB_WORD_SPACE, "room* ambience ambient amb ambs atmo atmos* reverb* verb verbs echo echoes "
                    "delay* dly fx efx sfx effect* foley riser* sweep* impact* whoosh* noise "
                    "crowd audience applause throw throws return returns"},
    {WB_WORD_SPACE, "effekt* raum raummik* hall nachhall publikum applaus geräusch*"},
    {WB_WORD_SPACE, "effet* ambiance bruit* public applaudissements réverb*"},
    {WB_WORD_SPACE, "efecto* ambiente ruido* público aplausos"},
    {WB_WORD_SPACE, "effetti effetto riverbero rumor* pubblico stanza applausi"},
    {WB_WORD_SPACE, "efeito* ruído* aplauso"},
    {WB_WORD_SPACE, "effecten galm ruimte publiek"},
    {WB_WORD_SPACE, "*混响* *混響* *氛围* *氛圍* *环境* *環境* *效果* *音效* *观众* *觀眾*"},
    {WB_WORD_SPACE, "*リバーブ* *アンビ* *観客*"},

    {WB_WORD_CHOIR, "bgv* bkgv* bv bvs bvox* bvoc* backvo* backingvo* choir* chorus chorale "
                    "harmony harmonies harm harms ooh oohs aah aahs aahh ahs gangvo* adlib*"},
    {WB_WORD_CHOIR,
     "chor chöre chören choere *chöre kinderchor frauenchor männerchor backgroundchor "
     "hintergrundchor hintergrundgesang backgroundgesang "
     "hintergrundstimme* harmonie*"},
    {WB_WORD_CHOIR, "choeur* chœur* chorale"},
    {WB_WORD_CHOIR, "coro coros armonía* segundas"},
    {WB_WORD_CHOIR, "cori corista coristi armonie controcanto"},
    {WB_WORD_CHOIR, "harmonia* segunda"},
    {WB_WORD_CHOIR, "koor koren *koor achtergrondzang tweede"},
    {WB_WORD_CHOIR, "*和声* *和聲* *伴唱* *合唱* *和音*"},
    {WB_WORD_CHOIR, "*コーラス* *ハモリ*"},

    {WB_WORD_BEHIND, "backing background bg bgs back backup bkg bkgd accomp*"},
    {WB_WORD_BEHIND, "hintergrund* begleit*"},
    {WB_WORD_BEHIND, "fond accompagn*"},
    {WB_WORD_BEHIND, "fondo acompañ*"},
    {WB_WORD_BEHIND, "sottofondo accompagn*"},
    {WB_WORD_BEHIND, "fundo acompanh*"},
    {WB_WORD_BEHIND, "achtergrond* begeleid*"},
    {WB_WORD_BEHIND, "*背景* *伴奏*"},
    {WB_WORD_BEHIND, "*バック* *バッキング*"},

    {WB_WORD_VOICE, "vox* *vox vocal* *vocal *vocals voc vocs voice* *voice vo lv singer* singing "
                    "sung rap raps rapper mc acapella acappella speech spoken reader "
                    "reading narrat* dialog* podcast* host presenter"},
    {WB_WORD_VOICE, "*stimme *stimmen *gesang sänger* saenger* sprecher* sprache erzähl* erzaehl* "
                    "moderat*"},
    {WB_WORD_VOICE, "voix chant chants chanteu* parlé* récit*"},
    {WB_WORD_VOICE, "voz voces cantante* locut* narrador*"},
    {WB_WORD_VOICE, "voce voci canto cantato parlato"},
    {WB_WORD_VOICE, "vozes cantor cantora vocalista"},
    {WB_WORD_VOICE, "*zang zanger* zangeres* stemmen spreker*"},
    {WB_WORD_VOICE, "*人声* *人聲* *主唱* *演唱* *歌手* *歌声* *歌聲* *旁白* *说唱* *說唱* *对白* "
                    "*對白* *配音* *朗诵* *朗誦*"},
    {WB_WORD_VOICE, "*ボーカル* *ヴォーカル* *ナレ* *セリフ*"},

    {WB_WORD_LEADING, "lead* ld solo* soloist* melody melodies melod* topline"},
    {WB_WORD_LEADING, "solist* melodie* haupt*"},
    {WB_WORD_LEADING, "soliste* mélodie* principal*"},
    {WB_WORD_LEADING, "solista* melodía* melodia*"},
    {WB_WORD_LEADING, "*独奏* *獨奏* *主奏* *领奏* *領奏* *旋律* *主音*"},
    {WB_WORD_LEADING, "*リード* *ソロ* *メロ*"},

    {WB_WORD_TEXTURE, "pad pads synthpad* drone* texture* soundscape* underscore bed beds swell* "
                      "strings str strs strgs"},
    {WB_WORD_TEXTURE, "fläche* flächen flaeche* teppich* textur* streicher*"},
    {WB_WORD_TEXTURE, "nappe* cordes"},
    {WB_WORD_TEXTURE, "cuerdas colchón*"},
    {WB_WORD_TEXTURE, "archi tappet*"},
    {WB_WORD_TEXTURE, "cordas"},
    {WB_WORD_TEXTURE, "strijkers tapijt*"},
    {WB_WORD_TEXTURE, "*铺底* *鋪底* *音垫* *音墊* *弦乐* *弦樂*"},
    {WB_WORD_TEXTURE, "*ストリングス* *パッド*"},

    {WB_WORD_SUPPORT,
     "kick* kik kck bd snare* sn snr sd drum* *drum *drums kit tom toms beat "
     "beats overhead* oh ohs taiko* timpani bass* *bass sub 808 contrabass* violone"},
    {WB_WORD_SUPPORT, "guitar* *guitar gtr gtrs agtr egtr acgtr elgtr git guit piano* *piano pno "
                      "keys keyboard* kbd rhodes wurl* organ hammond clav* harpsichord brass "
                      "horn horns trumpet* tpt trp trombone* tbn tuba sax* *sax flute* piccolo "
                      "clarinet* oboe* bassoon* contrabassoon violin* vln vlns fiddle* viola* "
                      "vla *cello* vlc vc alto tenor soprano mezzo baritone harmonica harp harps "
                      "accordion* mandolin* banjo* ukulele* uke marimba* vibes vibraphon*"},
    {WB_WORD_SUPPORT, "trommel* schlagzeug* pauke* kontrabass* gitarre* *gitarre klavier* flügel "
                      "fluegel tasten orgel cembalo bläser* blaeser* blech* trompete* posaune* "
                      "flöte* floete* klarinette* fagott* geige* bratsche* akkordeon harfe"},
    {WB_WORD_SUPPORT, "batterie* caisse* basse contrebasse* guitare* clavier* orgue* cuivre* "
                      "trompette* flûte* clarinette* hautbois violon* alto* accordéon harpe"},
    {WB_WORD_SUPPORT, "batería* bombo caja bajo* contrabajo* guitarra* teclado* órgano metales "
                      "trompeta* flauta* violín* acordeón arpa"},
    {WB_WORD_SUPPORT, "batteria* cassa rullante basso contrabbasso chitarr* pianoforte tastier* "
                      "organo ottoni tromba trombe flauto violino violini fisarmonica"},
    {WB_WORD_SUPPORT, "bumbo caixa baixo contrabaixo violão violões teclas órgão metais violino* "
                      "sanfona"},
    {WB_WORD_SUPPORT, "slagwerk* bas contrabas gitaar* toetsen koper trompet* fluit* viool"},
    {WB_WORD_SUPPORT, "*鼓* *贝斯* *貝斯* *低音* *吉他* *钢琴* *鋼琴* *键盘* *鍵盤* *小提琴* "
                      "*大提琴* *萨克斯* *薩克斯* *小号* *小號* *长笛* *長笛* *二胡* *古筝* *古箏* "
                      "*琵琶*"},
    {WB_WORD_SUPPORT, "*ドラム* *ベース* *ギター* *ピアノ* *キーボード* *オルガン* *サックス*"},

    {WB_WORD_BACKGROUND, "synth* *synth syn string hat hats hihat* hh cymbal* ride crash perc* "
                         "shaker* tamb* conga* bongo* clap* snap* snaps cowbell* triangle* arp* "
                         "seq sequence* section ensemble* orchest* bell bells glock* chime*"},
    {WB_WORD_BACKGROUND, "becken perkussion* schellen* orchester*"},
    {WB_WORD_BACKGROUND, "cymbale* charley* charleston synthé* grelot*"},
    {WB_WORD_BACKGROUND, "platillo* percusión sintetizador* orquesta*"},
    {WB_WORD_BACKGROUND, "piatti percussioni sintetizzator*"},
    {WB_WORD_BACKGROUND, "prato pratos chimbal percussão orquestra*"},
    {WB_WORD_BACKGROUND, "bekken* percussie orkest*"},
    {WB_WORD_BACKGROUND, "*合成器* *镲* *鑔* *沙锤* *打击* *打擊* *管弦*"},
    {WB_WORD_BACKGROUND, "*シンセ* *パーカッション* *シンバル* *ハット*"},

    {WB_WORD_NONE, NULL},
};
