"""What customers of each industry are called after their first word, and their legal form."""

from __future__ import annotations

from dataclasses import dataclass

from banso.sample.readings import Word, words

INDUSTRIES = ("製造", "小売", "飲食", "医療・介護", "IT", "建設", "運輸", "金融", "教育", "自治体")
MAKING, RETAIL, RESTAURANTS, CARE, IT, BUILDING, TRANSPORT, FINANCE, SCHOOLS, PUBLIC = range(10)
# Shares among customers that are not public bodies, by segment (SMB, mid, enterprise).
INDUSTRY_SHARES = (
    (0.20, 0.14, 0.15, 0.16, 0.10, 0.13, 0.07, 0.01, 0.04),
    (0.26, 0.13, 0.08, 0.15, 0.12, 0.08, 0.10, 0.03, 0.05),
    (0.30, 0.15, 0.07, 0.09, 0.12, 0.07, 0.11, 0.06, 0.03),
)


@dataclass(frozen=True, slots=True)
class Trade:
    """Endings by the kind of first word and the size of the customer.

    `stiff` follows family names, places and coined names; `soft` follows words of nature and
    katakana; `large` is what the big ones are called. `firsts` weighs family, place, coined,
    nature and katakana words.
    """

    stiff: tuple[Word, ...]
    soft: tuple[Word, ...]
    large: tuple[Word, ...]
    firsts: tuple[float, float, float, float, float]


TRADES: dict[int, Trade] = {
    MAKING: Trade(
        words("""
            製作所:セイサクショ 工業:コウギョウ 精工:セイコウ 精密:セイミツ 金属:キンゾク
            化成:カセイ 電機:デンキ 鉄工所:テッコウショ 鉄工:テッコウ 樹脂:ジュシ 紙業:シギョウ
            機械:キカイ 製菓:セイカ 食品:ショクヒン 醸造:ジョウゾウ 木工:モッコウ 繊維:センイ
            鋳造:チュウゾウ 産業:サンギョウ 工機:コウキ 合成:ゴウセイ 印刷:インサツ 包装:ホウソウ
            鍍金工業:メッキコウギョウ 金型:カナガタ 塗料:トリョウ 水産:スイサン 電子:デンシ
            製麺:セイメン 発條:ハツジョウ
"""),
        words("""
            精工:セイコウ 食品:ショクヒン 工業:コウギョウ 製作所:セイサクショ 製菓:セイカ
            プレシジョン:プレシジョン:precision テクノ:テクノ ファクトリー:ファクトリー:factory
            マテリアル:マテリアル:material クラフト:クラフト:craft パッケージ:パッケージ:package
            フーズ:フーズ:foods 印刷:インサツ 木工:モッコウ
"""),
        words("""
            工業:コウギョウ 精機:セイキ 化学工業:カガクコウギョウ 電機:デンキ 製鋼:セイコウ
            重工業:ジュウコウギョウ 製薬:セイヤク 電子工業:デンシコウギョウ
            食品工業:ショクヒンコウギョウ 金属工業:キンゾクコウギョウ 自動車部品:ジドウシャブヒン
            製紙:セイシ 機工:キコウ 乳業:ニュウギョウ 光学:コウガク
"""),
        (0.24, 0.20, 0.42, 0.09, 0.05),
    ),
    RETAIL: Trade(
        words("""
            商店:ショウテン 商会:ショウカイ 呉服店:ゴフクテン 家具:カグ 書店:ショテン 石油:セキユ
            酒店:サケテン 電器:デンキ 薬局:ヤッキョク 自動車販売:ジドウシャハンバイ 米穀:ベイコク
            青果:セイカ 園芸:エンゲイ 時計店:トケイテン 燃料:ネンリョウ 事務機:ジムキ
            眼鏡店:ガンキョウテン 物産:ブッサン 商事:ショウジ 文具:ブング
"""),
        words("""
            ストア:ストア:store マート:マート:mart 薬局:ヤッキョク 書店:ショテン 生花店:セイカテン
            ドラッグ:ドラッグ:drug インテリア:インテリア:interior オート:オート:auto
            スポーツ:スポーツ:sports 靴店:クツテン 雑貨店:ザッカテン カメラ:カメラ:camera
            メガネ:メガネ 商店:ショウテン サイクル:サイクル:cycle
"""),
        words("""
            百貨店:ヒャッカテン ストアーズ:ストアーズ:stores リテイリング:リテイリング:retailing
            ドラッグ:ドラッグ:drug ホームセンター:ホームセンター:hc 電器:デンキ
            生活産業:セイカツサンギョウ マーケット:マーケット:market アパレル:アパレル:apparel
            商事:ショウジ モータース:モータース:motors
"""),
        (0.30, 0.12, 0.16, 0.30, 0.12),
    ),
    RESTAURANTS: Trade(
        words("""
            フーズ:フーズ:foods 食堂:ショクドウ 給食:キュウショク フードサービス:フードサービス:fs
            飲食:インショク 水産:スイサン 麺業:メンギョウ 観光:カンコウ
            レストラン:レストラン:restaurant 珈琲店:コーヒーテン 寿司:ズシ:zushi
"""),
        words("""
            キッチン:キッチン:kitchen ダイニング:ダイニング:dining 食堂:ショクドウ
            珈琲:コーヒー:coffee 茶屋:チャヤ 庵:アン 亭:テイ ベーカリー:ベーカリー:bakery
            フーズ:フーズ:foods 酒場:サカバ うどん:ウドン カフェ:カフェ:cafe デリカ:デリカ:delica
            グリル:グリル:grill 焼肉店:ヤキニクテン らーめん:ラーメン:ramen
"""),
        words("""
            フードサービス:フードサービス:fs レストランシステムズ:レストランシステムズ:rs
            ダイニング:ダイニング:dining フーズ:フーズ:foods 外食産業:ガイショクサンギョウ
            給食センター:キュウショクセンター:kyushoku 観光:カンコウ
"""),
        (0.14, 0.14, 0.14, 0.46, 0.12),
    ),
    CARE: Trade(
        words("""
            医院:イイン クリニック:クリニック:clinic 病院:ビョウイン 歯科医院:シカイイン
            整形外科:セイケイゲカ 内科:ナイカ 眼科:ガンカ 小児科:ショウニカ
"""),
        words("""
            会:カイ 福祉会:フクシカイ ケアサービス:ケアサービス:care
            介護センター:カイゴセンター:kaigo 訪問看護:ホウモンカンゴ:kango
            デイサービス:デイサービス:day メディカル:メディカル:medical
            ライフケア:ライフケア:lifecare
"""),
        words("""
            会:カイ 福祉事業団:フクシジギョウダン 厚生会:コウセイカイ 医療財団:イリョウザイダン
"""),
        (0.22, 0.0, 0.30, 0.46, 0.02),
    ),
    IT: Trade(
        words("""
            システムズ:システムズ:systems ソフト:ソフト:soft 情報サービス:ジョウホウサービス:joho
            システム開発:システムカイハツ:sys コンピュータ:コンピュータ:computer ネット:ネット:net
            データ:データ:data 電算:デンサン 情報システム:ジョウホウシステム:is
            テクノロジー:テクノロジー:technology ソリューションズ:ソリューションズ:solutions
"""),
        words("""
            ラボ:ラボ:lab テック:テック:tech デジタル:デジタル:digital クラウド:クラウド:cloud
            デザイン:デザイン:design システム:システム:system ソフトウェア:ソフトウェア:software
            ネットワークス:ネットワークス:networks スタジオ:スタジオ:studio
            メディア:メディア:media パートナーズ:パートナーズ:partners
"""),
        words("""
            システムズ:システムズ:systems 情報サービス:ジョウホウサービス:joho
            テクノロジーズ:テクノロジーズ:technologies データ通信:データツウシン:datacom
            ソリューションズ:ソリューションズ:solutions ネットワーク:ネットワーク:network
            エンジニアリング:エンジニアリング:engineering
            コンサルティング:コンサルティング:consulting
"""),
        (0.03, 0.12, 0.25, 0.15, 0.45),
    ),
    BUILDING: Trade(
        words("""
            建設:ケンセツ 工務店:コウムテン 組:グミ 土建:ドケン 設備工業:セツビコウギョウ
            電設:デンセツ 住建:ジュウケン 造園:ゾウエン 塗装:トソウ 防水:ボウスイ 興業:コウギョウ
            建築設計事務所:ケンチクセッケイジムショ 瓦店:カワラテン 管工業:カンコウギョウ
            内装:ナイソウ 不動産:フドウサン 重機:ジュウキ 測量設計:ソクリョウセッケイ
            鋼建:コウケン
"""),
        words("""
            ホーム:ホーム:home ハウジング:ハウジング:housing 建設:ケンセツ
            リフォーム:リフォーム:reform 住宅:ジュウタク 工務店:コウムテン 設備:セツビ
            造園:ゾウエン 不動産:フドウサン エンジニアリング:エンジニアリング:engineering
"""),
        words("""
            建設:ケンセツ 建設工業:ケンセツコウギョウ 住宅:ジュウタク ハウス:ハウス:house
            エンジニアリング:エンジニアリング:engineering 道路:ドウロ 電気工事:デンキコウジ
            土地建物:トチタテモノ 設備:セツビ
"""),
        (0.38, 0.18, 0.26, 0.14, 0.04),
    ),
    TRANSPORT: Trade(
        words("""
            運輸:ウンユ 運送:ウンソウ 物流:ブツリュウ 陸運:リクウン:rikuun 倉庫:ソウコ
            交通:コウツウ 海運:カイウン 急送:キュウソウ 観光バス:カンコウバス:kankobus
            通運:ツウウン:tsuun 自動車:ジドウシャ 引越センター:ヒッコシセンター:hikkoshi
            港運:コウウン:koun
"""),
        words("""
            ロジスティクス:ロジスティクス:logistics 運輸:ウンユ 物流:ブツリュウ
            トランスポート:トランスポート:transport タクシー:タクシー:taxi
            エクスプレス:エクスプレス:express 運送:ウンソウ ライン:ライン:line
"""),
        words("""
            運輸:ウンユ 物流:ブツリュウ ロジスティクス:ロジスティクス:logistics 倉庫:ソウコ
            交通:コウツウ 海運:カイウン 電気鉄道:デンキテツドウ 陸送:リクソウ
"""),
        (0.20, 0.38, 0.26, 0.10, 0.06),
    ),
    FINANCE: Trade(
        words("""
            リース:リース:lease 保険サービス:ホケンサービス:hoken 証券:ショウケン
            信用組合:シンヨウクミアイ:shinkumi ファイナンス:ファイナンス:finance
            信用金庫:シンヨウキンコ:shinkin 信販:シンパン
"""),
        words("""
            保険サービス:ホケンサービス:hoken キャピタル:キャピタル:capital
            信用金庫:シンヨウキンコ:shinkin ペイメント:ペイメント:payment
            アセットマネジメント:アセットマネジメント:am ファイナンス:ファイナンス:finance
            少額短期保険:ショウガクタンキホケン:ssi
"""),
        words("""
            信用金庫:シンヨウキンコ:shinkin 証券:ショウケン リース:リース:lease 信販:シンパン
            保険:ホケン カードサービス:カードサービス:card キャピタル:キャピタル:capital
"""),
        (0.0, 0.35, 0.35, 0.15, 0.15),
    ),
    SCHOOLS: Trade(
        words("""
            学園:ガクエン 学院:ガクイン 進学会:シンガクカイ 予備校:ヨビコウ
            教育センター:キョウイクセンター:edu 自動車学校:ジドウシャガッコウ:ds 幼稚園:ヨウチエン
            専門学校:センモンガッコウ 塾:ジュク 義塾:ギジュク 教育社:キョウイクシャ
"""),
        words("""
            アカデミー:アカデミー:academy スクール:スクール:school 幼稚園:ヨウチエン 学園:ガクエン
            保育園:ホイクエン ゼミナール:ゼミナール:seminar 学習塾:ガクシュウジュク
            音楽教室:オンガクキョウシツ:music 英語学院:エイゴガクイン
"""),
        words("""
            学園:ガクエン 学院:ガクイン 教育グループ:キョウイクグループ:edu
            ゼミナール:ゼミナール:seminar 女学園:ジョガクエン
"""),
        (0.05, 0.22, 0.36, 0.30, 0.07),
    ),
}  # fmt: skip

HOSPITALS = words("病院:ビョウイン 総合病院:ソウゴウビョウイン 記念病院:キネンビョウイン")

# Bodies that are no company carry a form of their own before the name, or none.
MEDICAL = ("医療法人社団", "医療法人", "医療法人財団", "社会福祉法人")
OWN_FORM: dict[str, str] = {
    "福祉会": "社会福祉法人", "福祉事業団": "社会福祉法人", "保育園": "社会福祉法人",
    "厚生会": "社会医療法人", "医療財団": "", "信用金庫": "", "信用組合": "",
    "学園": "学校法人", "学院": "学校法人", "女学園": "学校法人", "幼稚園": "学校法人",
    "専門学校": "学校法人", "義塾": "学校法人",
}  # fmt: skip
CLINICAL = frozenset({
    "会", "医院", "クリニック", "病院", "総合病院", "記念病院", "歯科医院", "整形外科", "内科",
    "眼科", "小児科",
})  # fmt: skip
# (form, goes before the name, weight for SMB, weight for larger customers)
COMPANY_FORMS: tuple[tuple[str, bool, float, float], ...] = (
    ("株式会社", True, 0.435, 0.53),
    ("株式会社", False, 0.29, 0.42),
    ("有限会社", True, 0.12, 0.0),
    ("有限会社", False, 0.03, 0.0),
    ("合同会社", True, 0.045, 0.0),
    ("合同会社", False, 0.01, 0.0),
    ("㈱", True, 0.03, 0.015),
    ("㈱", False, 0.015, 0.015),
    ("(株)", True, 0.015, 0.005),
    ("(株)", False, 0.01, 0.005),
)

# A shop or a school carries the form before its name; money business is always 株式会社.
SHOP_LIKE = ("店", "事務所", "校", "塾", "堂", "社", "院", "亭", "庵", "茶屋", "園", "教室")

# (body, chance among small bodies, chance among larger ones)
PUBLIC_BODIES: tuple[tuple[Word, float, float], ...] = (
    (Word("市役所", "シヤクショ", "city"), 0.0, 0.66),
    (Word("町役場", "チョウヤクバ", "town"), 0.55, 0.12),
    (Word("市教育委員会", "シキョウイクイインカイ", "edu"), 0.0, 0.10),
    (Word("広域消防組合", "コウイキショウボウクミアイ", "fire"), 0.10, 0.08),
    (Word("村役場", "ムラヤクバ", "vill"), 0.25, 0.0),
    (Word("広域連合", "コウイキレンゴウ", "union"), 0.10, 0.04),
)
